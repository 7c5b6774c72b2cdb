"""A world to apply plans in: one clock, providers in memory, a real ledger file, and a log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.address import Address
from reconciler.apply.context import ApplyContext, TargetSettings
from reconciler.apply.events import Event
from reconciler.apply.executor import apply_plan
from reconciler.apply.permit import Permit
from reconciler.apply.receipt import RunReceipt
from reconciler.apply.target_run import TargetRun
from reconciler.errors import LedgerFailed
from reconciler.ledger.base import Ledger
from reconciler.ledger.lease import Holder, Lease
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.plan.model import Action, Change, FieldChange, Plan
from reconciler.plan.sent_marks import mark_key
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.outcome import Answer, ChangeOutcome
from reconciler.resources.sent_mark import MarkKey, SentMark
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.resources.tree import Tree, at, leaves, overlay
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SETTINGS = TargetSettings(create_timeout=60, read_back=60, settle=300)
SMS, CARE = "kore_sms_campaign", "carecycle_campaign"


class Spy:
    """A port that logs its calls; a call can be made to fail or to do something first."""

    def __init__(self, port: object, log: list[str], watched: Sequence[str]) -> None:
        self._port = port
        self._log = log
        self._watched = watched
        self.before: dict[str, Callable[[], None]] = {}

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._port, name)
        if name not in self._watched:
            return member

        def called(*args: object, **options: object) -> object:
            self._log.append(name)
            self.before.get(name, lambda: None)()
            return member(*args, **options)

        return called


@dataclass
class ApplyWorld:
    folder: Path
    clock: ManualClock
    provider: MemoryProvider
    ledger: Spy
    port: Spy
    log: list[str]
    events: list[Event] = field(default_factory=list)
    interrupted: Callable[[], bool] = lambda: False
    settings: TargetSettings = SETTINGS
    others: dict[str, MemoryProvider] = field(default_factory=dict)
    plans: int = 0
    waits: bool = True
    planned: tuple[Change, ...] = ()

    def marks(self) -> Mapping[MarkKey, SentMark]:
        """The sent marks of planned campaigns and open intents, as planning reads them."""
        intents = self.real_ledger.view().intents.values()
        names = {(one.address.type, one.name) for one in self.planned}
        names |= {(intent.type, intent.name) for intent in intents}
        return self.real_ledger.marks([mark_key(type_, name, "") for type_, name in names])

    def lease(self) -> Lease:
        holder = Holder(operation="apply", who="ada", host="desk", run_url="https://ci/1")
        return Lease(self.real_ledger, self.clock, holder=holder)

    @property
    def real_ledger(self) -> Ledger:
        ledger: Ledger = self.ledger
        return ledger

    def context(self, lease: Lease) -> ApplyContext:
        main: Provider = self.port
        providers: dict[str, Provider] = {"main": main, **self.others}
        return ApplyContext(
            providers=providers,
            ledger=self.real_ledger,
            lease=lease,
            clock=self.clock,
            targets=dict.fromkeys(providers, self.settings),
            events=self.events.append,
            interrupted=self.interrupted,
            marks=self.marks(),
            waits=self.waits,
            recovery=self.folder,
            plan_sha256="f" * 64,
            commit="abc123",
        )

    def plan(self, *changes: Change) -> Plan:
        self.plans += 1
        self.planned = changes
        return Plan(
            id=f"plan-{self.plans}",
            tool_version="0",
            environment="test",
            created_at=START,
            expires_at=START + timedelta(hours=24),
            changes=tuple(sorted(changes, key=lambda change: change.address)),
        )

    def apply(self, *changes: Change) -> tuple[ChangeOutcome, ...]:
        plan = self.plan(*changes)
        with self.lease() as lease:
            return apply_plan(plan, context=self.context(lease))

    @contextmanager
    def run(
        self, *changes: Change, snapshot: TargetSnapshot | None = None, account: str = ""
    ) -> Iterator[TargetRun]:
        """The run of the target `main`, before its first change."""
        plan = self.plan(*changes)
        with self.lease() as lease:
            context = self.context(lease)
            if snapshot is not None:
                context = replace(context, snapshots={"main": snapshot})
            view = self.real_ledger.view()
            yield TargetRun(
                context=context,
                receipt=RunReceipt(plan, context, self.clock.now()),
                permit=Permit(context),
                target="main",
                plan_id=plan.id,
                view=view,
                owned={record.remote_id for record in view.records.values()},
                bindings={},
                planned_at=plan.created_at,
                account=account,
                marks=dict(context.marks),
                begun=self.clock.monotonic(),
            )

    def apply_one(self, change: Change) -> ChangeOutcome:
        (outcome,) = self.apply(change)
        return outcome

    def create(self, name: str = "renewal", target: str = "main", **more: Any) -> Change:
        return new_change(self.others.get(target, self.provider), name, target=target, **more)

    def live_names(self) -> list[str]:
        return sorted(live.name for live in self.provider.all())


def sms_spec(name: str, **top: Any) -> Tree:
    return {
        "name": name,
        "contactLists": ["May"],
        "dialingStrategy": {
            "callerId": {"phoneNumber": "+919876543210"},
            "callingHours": {
                "frequency": "WEEKLY",
                "timezone": "Asia/Kolkata",
                "days": [{"day": "MO", "start": "9:00 AM", "end": "6:00 PM"}],
            },
        },
        "format": "advanced",
        "experienceFlowName": "Support Flow",
        **top,
    }


def care_spec(name: str, **top: Any) -> Tree:
    return {"name": name, "description": "d", "enablePulse": True, **top}


def new_change(
    provider: MemoryProvider, name: str, *, target: str = "main", type_: str = SMS, **more: Any
) -> Change:
    spec = sms_spec(name) if type_ == SMS else care_spec(name)
    full = create_spec(BY_TYPE[type_], spec)
    requests = provider.requests(Write(operation=Operation.CREATE, type=type_, spec=full))
    assert not isinstance(requests, Impossible)
    return Change(
        address=Address(type_, name),
        target=target,
        action=Action.CREATE,
        name=name,
        after=full,
        desired=spec,
        requests=requests,
        **more,
    )


def update_change(provider: MemoryProvider, live: Live, changes: Tree, **more: Any) -> Change:
    desired = overlay(sms_spec(live.name), changes)
    write = Write(
        operation=Operation.UPDATE,
        type=live.type,
        spec=desired,
        live=live,
        changed=frozenset(path for path, _ in leaves(changes)),
    )
    requests = provider.requests(write)
    assert not isinstance(requests, Impossible)
    return Change(
        address=Address(live.type, live.name),
        target="main",
        action=Action.UPDATE,
        remote_id=live.remote_id,
        name=live.name,
        before=live.spec,
        after=overlay(live.spec, desired),
        desired=desired,
        fields=tuple(
            FieldChange(path=path, before=at(live.spec, path), after=value)
            for path, value in leaves(changes)
        ),
        requests=requests,
        **more,
    )


def delete_change(provider: MemoryProvider, live: Live) -> Change:
    write = Write(operation=Operation.DELETE, type=live.type, spec={}, live=live)
    requests = provider.requests(write)
    assert not isinstance(requests, Impossible)
    return Change(
        address=Address(live.type, live.name),
        target="main",
        action=Action.DELETE,
        remote_id=live.remote_id,
        name=live.name,
        before=live.spec,
        requests=requests,
    )


def adopt_change(live: Live) -> Change:
    return Change(
        address=Address(live.type, live.name),
        target="main",
        action=Action.ADOPT,
        adopts=True,
        remote_id=live.remote_id,
        name=live.name,
        before=live.spec,
        after=live.spec,
        desired=live.spec,
    )


def reply(status: int | None = 200, **facts: Any) -> Answer:
    return Answer(sent=True, status=status, **{"is_object": True, **facts})


def after_effect(answer: Answer) -> Callable[[PlannedRequest, Callable[[], Answer]], Answer]:
    """The vendor acts, and its answer is lost or replaced."""

    def fault(_: PlannedRequest, effect: Callable[[], Answer]) -> Answer:
        effect()
        return answer

    return fault


def failing(problem: LedgerFailed, *, after: int = 0) -> Callable[[], None]:
    """Raise from the call after the first `after` ones on."""
    calls = iter(range(1_000_000))

    def fail() -> None:
        if next(calls) >= after:
            raise problem

    return fail


def open_apply_world(
    folder: Path, clock: ManualClock, provider: MemoryProvider, ledger: Ledger | None = None
) -> Iterator[ApplyWorld]:
    log: list[str] = []
    ledger = ledger or SqliteLedger(folder / "state.db", "test", clock)
    writes = (
        *("put_intent", "update_intent", "withdraw", "settle", "put_record", "forget"),
        *("put_mark", "use_plan", "put_records"),
    )
    spied = Spy(ledger, log, (*writes, "add_receipt", "renew"))
    yield ApplyWorld(
        folder, clock, provider, spied, Spy(provider, log, ("send", "list", "get")), log
    )
    ledger.close()
