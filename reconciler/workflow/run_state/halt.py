"""One target's part of an emergency stop: stop, switch schedules off, read, until all is quiet.

A stop may be repeated without harm, so whatever is in doubt is stopped again. Nothing of one
campaign keeps another one waiting.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from reconciler.apply.classify import WriteVerdict
from reconciler.apply.patience import ATTEMPTS, backoff
from reconciler.clock import Clock
from reconciler.errors import ReconcilerError, Withheld
from reconciler.providers.base import Provider
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.outcome import Answer
from reconciler.resources.planned_request import Impossible, Operation, Write
from reconciler.workflow.run_state.roster import Index, Member
from reconciler.workflow.run_state.sending import deliver

_AT_ONCE = 8
"""Stops on their way together: one slow answer must not hold the others up."""
_LONGEST_PAUSE = 10.0


@dataclass(slots=True)
class Case:
    """A campaign that is to be quiet, and how far that is."""

    live: Live
    """As last read; before any reading, what the ledger knows of it."""
    members: tuple[Member, ...] = ()
    """Empty for a campaign of the account that is none of ours."""
    before: str = ""
    """The vendor's word when first read."""
    seen: bool = False
    """The last reading showed it."""
    gone: bool = False
    """The last reading proved that it is not there."""
    stopped: bool = False
    """A stop or a switch-off was accepted."""
    settling: bool = False
    """The vendor said yes a moment ago, so the next round only looks."""
    off: WriteVerdict | None = None
    trouble: str = ""
    """Why the last write did not do."""


@dataclass(slots=True, kw_only=True)
class Halt:
    """A target's campaigns; used by one thread, which has helpers of its own."""

    provider: Provider
    members: tuple[Member, ...]
    account: bool
    """Every campaign of the account, ours or not."""
    clock: Clock
    settle: float
    """Seconds for which a listing may lack what was just written."""
    patience: float
    """Seconds to go on after the first round."""
    interrupted: Callable[[], bool]
    cases: dict[str, Case] = field(default_factory=dict)
    problems: dict[str, ReconcilerError] = field(default_factory=dict)
    """What could not be read at last, by channel."""

    def run(self) -> None:
        """Bring everything to rest, or give up when patience ends."""
        self._read()
        if self._quiet():
            return
        end: float | None = None
        for place, pause in enumerate(backoff(_LONGEST_PAUSE), start=1):
            self._act()
            if end is None:
                end = self.clock.monotonic() + self.patience
            self._read()
            late = place >= ATTEMPTS and self.clock.monotonic() + pause > end
            if late or self._quiet() or self.interrupted():
                return
            try:
                self.clock.sleep(pause)
            except Withheld:
                return

    def is_quiet(self, case: Case) -> bool:
        """Confirmed by a reading: contacts nobody, and will not start by itself."""
        if case.gone:
            return True
        live, capabilities = case.live, self.provider.capabilities
        passing = live.state is RunState.DRAFT and live.status in capabilities.passing_statuses
        return case.seen and not passing and not _runs(live, capabilities) and not self._is_on(case)

    @property
    def resting(self) -> Iterator[Live]:
        """Every campaign that a reading showed at rest."""
        for case in self.cases.values():
            if case.seen and not case.gone and self.is_quiet(case):
                yield case.live

    def _quiet(self) -> bool:
        return not self.problems and all(self.is_quiet(case) for case in self.cases.values())

    def _is_on(self, case: Case) -> bool:
        """Whether a schedule may be on: the vendor need not show one (api/kore.md 8)."""
        if self.provider.capabilities.schedule is Ability.NO:
            return case.live.state is RunState.SCHEDULED
        ours = bool(case.members) and case.live.state is not RunState.ARCHIVED
        untold = case.off not in (WriteVerdict.APPLIED, WriteVerdict.REFUSED)
        return case.live.state is RunState.SCHEDULED or (ours and untold)

    def _act(self) -> None:
        """All stops first, then the schedules."""
        noisy = [case for case in self.cases.values() if not self.is_quiet(case)]
        resting = [case for case in noisy if case.settling]
        due = [case for case in noisy if not case.settling]
        for case in resting:
            case.settling = False
        with ThreadPoolExecutor(_AT_ONCE, "stop") as pool:
            list(pool.map(self._stop, [case for case in due if self._needs_stop(case)]))
            list(pool.map(self._switch_off, [case for case in due if self._is_on(case)]))

    def _needs_stop(self, case: Case) -> bool:
        live = case.live
        if live.state is RunState.SCHEDULED:
            return self.provider.capabilities.schedule is Ability.NO or case.off is not None
        return not case.seen or _runs(live, self.provider.capabilities)

    def _stop(self, case: Case) -> None:
        verdict, answer = self._send(case, Operation.STOP)
        if verdict is WriteVerdict.APPLIED:
            case.stopped = case.settling = True
        case.trouble = "" if verdict is WriteVerdict.APPLIED else _told(answer)

    def _switch_off(self, case: Case) -> None:
        if self.provider.capabilities.schedule is Ability.NO:
            return
        verdict, answer = self._send(case, Operation.SCHEDULE)
        refused = answer.status in (401, 403)
        case.off = WriteVerdict.UNKNOWN if refused else verdict
        if verdict is WriteVerdict.APPLIED:
            case.settling = True
            case.stopped = case.stopped or case.live.state is RunState.SCHEDULED
        elif case.off is not WriteVerdict.REFUSED or case.live.state is RunState.SCHEDULED:
            case.trouble = _told(answer)

    def _send(self, case: Case, operation: Operation) -> tuple[WriteVerdict, Answer]:
        live = case.live
        if operation is Operation.STOP and self.provider.capabilities.stop is Ability.NO:
            reason = "the vendor has no call to stop it: do it in the console"
            return WriteVerdict.REFUSED, Answer(sent=False, message=reason)
        requests = self.provider.requests(Write(operation=operation, type=live.type, live=live))
        if isinstance(requests, Impossible):
            return WriteVerdict.REFUSED, Answer(sent=False, message=requests.reason)
        try:
            return deliver(requests[0], self.provider, clock=self.clock, leave=self._leave)
        except ReconcilerError as problem:
            return WriteVerdict.UNKNOWN, Answer(sent=False, message=str(problem))

    def _leave(self) -> None:
        if self.interrupted():
            raise Withheld("the run was interrupted")

    def _read(self) -> None:
        """One listing per channel; where that fails, one reading per campaign that is known."""
        capabilities = self.provider.capabilities
        channels = set(capabilities.channels) if self.account else set[str]()
        channels |= {one.channel for one in self.members}
        self.problems.clear()
        for channel in sorted(channels):
            try:
                rows = self.provider.list(channel).items
            except ReconcilerError as problem:
                self.problems[channel] = problem
                self._read_singly(channel)
            else:
                self._take(channel, rows)

    def _take(self, channel: str, rows: Iterable[Live]) -> None:
        """A complete listing: what it lacks is gone."""
        mine = [one for one in self.members if one.channel == channel]
        index = Index(mine)
        listed = {row.remote_id: row for row in rows}
        for row in listed.values():
            mine_too = [one for one in index.of_name(row) if one not in index.of_id(row)]
            members = (*index.of_id(row), *mine_too)
            if row.remote_id in self.cases or members or self.account:
                self._note(row, members)
        for one in mine:
            if one.remote_id and one.remote_id not in listed:
                self._case(_unread(one), (one,))
        for remote_id, case in self.cases.items():
            if _channel(case) == channel and remote_id not in listed:
                self._miss(case)

    def _miss(self, case: Case) -> None:
        """Not in a complete listing: gone, unless it may only be too new for one."""
        if self._is_new(case):
            case.trouble = case.trouble or "it is not listed yet"
            self._read_one(case)
        else:
            case.gone = True

    def _is_new(self, case: Case) -> bool:
        now = self.clock.now()
        written = (one.written_at for one in case.members if one.written_at is not None)
        return any((now - moment).total_seconds() < self.settle for moment in written)

    def _read_singly(self, channel: str) -> None:
        for one in self.members:
            if one.channel == channel and one.remote_id:
                self._case(_unread(one), (one,))
        cases = [case for case in self.cases.values() if _channel(case) == channel]
        with ThreadPoolExecutor(_AT_ONCE, "read") as pool:
            list(pool.map(self._read_one, cases))

    def _read_one(self, case: Case) -> None:
        case.seen = False
        try:
            live = self.provider.get(case.live.type, case.live.remote_id)
        except ReconcilerError:
            return
        if live is None:
            case.gone = not self._is_new(case)
        else:
            self._note(live, case.members)

    def _note(self, live: Live, members: tuple[Member, ...]) -> None:
        case = self._case(live, members)
        case.live, case.seen, case.gone = live, True, False
        case.before = case.before or live.status

    def _case(self, live: Live, members: tuple[Member, ...]) -> Case:
        return self.cases.setdefault(live.remote_id, Case(live, members))


def _runs(live: Live, capabilities: Capabilities) -> bool:
    """Contacts people, will do so by itself, or says a word that nobody knows."""
    if live.state is RunState.OTHER:
        return live.status not in capabilities.idle_statuses
    return live.state in (RunState.ACTIVE, RunState.SCHEDULED)


def _channel(case: Case) -> str:
    return BY_TYPE[case.live.type].channel


def _unread(member: Member) -> Live:
    """All that is needed to stop a campaign that no reading shows."""
    return Live(
        type=member.address.type,
        remote_id=member.remote_id,
        name=member.name,
        state=RunState.OTHER,
        status="",
        spec={},
    )


def _told(answer: Answer) -> str:
    status = f"HTTP {answer.status}" if answer.status is not None else ""
    return ": ".join(filter(None, (status, answer.message))) or "the answer is not clear"
