"""The stops of all targets, side by side; a failure of one does not affect the others."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from reconciler.config.project import Target
from reconciler.errors import ReconcilerError, reportable
from reconciler.providers.account import Account
from reconciler.run_state.known_campaigns import KnownCampaign, by_target
from reconciler.run_state.stop.readings import TargetReadings
from reconciler.run_state.stop.target import TargetStop
from reconciler.threads import results
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.session import Session
from reconciler.workflow.targets import build_providers

_NOTABLE_SECONDS = 5.0
"""A shorter wait is not announced."""


@dataclass(frozen=True, slots=True)
class StopsAhead:
    """So many stops of a target are about to be sent, which takes so long at the rate limit."""

    target: str
    stops: int
    seconds: float


class Halts:
    """One stop per target, made when its first campaign is known."""

    def __init__(
        self,
        session: Session,
        *,
        account: bool,
        interrupted: Callable[[], bool],
        over: Callable[[float], bool],
        announce: Callable[[StopsAhead], None] = lambda _: None,
    ) -> None:
        self._session = session
        self._account = account
        self._interrupted = interrupted
        self._over = over
        self._announce = announce
        self._accounts: Accounts | None = None
        self._made: dict[str, TargetStop | ReconcilerError] = {}
        self._faults: list[ReconcilerError] = []

    @property
    def begun(self) -> dict[str, TargetStop]:
        """The stops by target, sorted."""
        made = sorted(self._made.items())
        return {name: one for name, one in made if isinstance(one, TargetStop)}

    @property
    def errors(self) -> list[ReconcilerError]:
        """Why targets could not be stopped, and unexpected faults."""
        made = (one for _, one in sorted(self._made.items()))
        return [*(one for one in made if isinstance(one, ReconcilerError)), *self._faults]

    @contextmanager
    def beside(
        self,
        members: Iterable[KnownCampaign],
        step: Callable[[TargetStop], None],
        *,
        whole: bool = False,
    ) -> Iterator[None]:
        """Take a step for these campaigns beside the `with` block; at its end the step is over.

        `whole`: these are all that there are, and the targets of an account come without any too.
        """
        named = by_target(members)
        names = {*named, *(self._made if whole else ())}
        names |= {*self._session.environment.targets} if whole and self._account else set()
        halts = [self._halt(name, named.get(name, ())) for name in sorted(names)]
        begun = [one for one in halts if isinstance(one, TargetStop)]
        with ThreadPoolExecutor(max(len(begun), 1), "halt") as pool:
            runs = [pool.submit(_guarded, step, halt) for halt in begun]
            try:
                yield
            finally:
                self._faults += (fault for fault in results(runs) if fault is not None)

    def _halt(self, name: str, members: tuple[KnownCampaign, ...]) -> TargetStop | ReconcilerError:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._new(name)
        if isinstance(made, TargetStop):
            made.look.know(members)
        return made

    def _new(self, name: str) -> TargetStop | ReconcilerError:
        targets = self._session.environment.targets
        if name not in targets:
            return ReconcilerError(
                f"the ledger has campaigns on target {name}, which is not in the project",
                "They were not stopped. Put the target back into the project file, and run this "
                "again.",
            )
        try:
            return self._of(targets[name])
        except Exception as fault:  # noqa: BLE001 - an emergency stop goes on
            return reportable(fault)

    def _of(self, target: Target) -> TargetStop:
        session = self._session
        if self._accounts is None:
            self._accounts = Accounts(session, urgent=True)
        accounts = self._accounts
        provider = build_providers(session, [target.name], accounts=accounts)[target.name]
        look = TargetReadings(
            provider=provider,
            members=(),
            account=self._account,
            clock=session.clock,
            settle=target.settle.total_seconds(),
        )
        return TargetStop(
            provider=provider,
            look=look,
            clock=session.clock,
            patience=target.read_back.total_seconds(),
            interrupted=self._interrupted,
            over=partial(self._over, target.create_timeout.total_seconds()),
            announce=partial(self._ahead, target.name, accounts[target.name]),
        )

    def _ahead(self, target: str, account: Account, stops: int) -> None:
        """Say how long many stops will take."""
        seconds = account.limiter.seconds_until(stops)
        if seconds >= _NOTABLE_SECONDS:
            self._announce(StopsAhead(target, stops, seconds))


def _guarded(step: Callable[[TargetStop], None], halt: TargetStop) -> ReconcilerError | None:
    """Take a step of a target; an unexpected error is returned and affects no other target."""
    try:
        step(halt)
    except Exception as fault:  # noqa: BLE001 - an emergency stop goes on
        return reportable(fault)
    return None
