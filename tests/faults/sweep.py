"""Crash at the 1st, 2nd, ... step of a run until it ends without a crash, with every fault kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.simulator.faults import Fault
from tests.faults.fixtures import project_text
from tests.faults.process import CrashPlan
from tests.faults.scenario import play_schedule, with_crash_plan
from tests.faults.schedule import OperatorRun, Round, Schedule
from tests.faults.verdicts import Verdict

_PLAIN = OperatorRun(crash_plan=CrashPlan())
# Name: what exists before, what is declared then.
SCENARIOS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "create": ({}, {"sms-1": "first", "sms-2": "first"}),
    "create-voice": ({}, {"voice-1": "first"}),
    "create-care": ({}, {"care-1": "first"}),
    "update": ({"sms-1": "first", "sms-2": "first"}, {"sms-1": "second", "sms-2": "first"}),
    "update-care": ({"care-1": "first"}, {"care-1": "second"}),
    "delete": ({"sms-1": "first", "sms-2": "first"}, {"sms-1": "retired", "sms-2": "first"}),
    "delete-care": ({"care-1": "first"}, {"care-1": "retired"}),
    "mixed": (
        {"sms-1": "first", "sms-2": "first", "care-1": "first"},
        {"sms-1": "second", "sms-2": "retired", "sms-3": "first", "care-2": "first"}
        | {"care-1": "second"},
    ),
}
_VERBS: dict[str, tuple[str, ...]] = {
    "create": ("create", "update"),
    "update": ("update",),
    "delete": ("delete",),
    "mixed": ("create", "update", "delete"),
}
"""The requests of a scenario, by its first word; CareCycle deletes by an update."""
_WRITE_FAULTS = (
    *("refused", "reset_before", "reset_after", "timeout_before", "timeout_after", "truncated"),
    *("http_500_after", "rate_limited", "rate_limited_retry_after=20", "html"),
)
_CREATE_FAULTS = (
    *(*_WRITE_FAULTS, "late=200", "late_reads=3", "old_id"),
    *("status_after=302", "status_after=409", "status_after=422", "status_after=429"),
)
_LIST_FAULTS = (
    *("list_duplicate_page:1", "list_shifted:1", "list_shifted:2x3", "list_duplicate_page:*"),
    *("timeout_before:1", "http_500_before:1x3"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario under one fault, "" for none."""

    scenario: str
    fault: str


def cases() -> list[Case]:
    """Every scenario with every fault that its requests can meet."""
    found = []
    for name in SCENARIOS:
        verbs = ("update",) if name == "delete-care" else _VERBS[name.partition("-")[0]]
        found += [Case(name, "")]
        found += [Case(name, f"*.list:{kind}") for kind in _LIST_FAULTS]
        for verb in verbs:
            kinds = _CREATE_FAULTS if verb == "create" else _WRITE_FAULTS
            found += [Case(name, f"*.{verb}:{kind}") for kind in kinds]
    return found


def schedule_of(case: Case, crash_at: int | None, *, provable: bool) -> Schedule:
    """The schedule of a case with a crash at a step."""
    before, wanted = SCENARIOS[case.scenario]
    rounds = [Round(wanted=before, operator_runs=(_PLAIN,))] if before else []
    plan = Schedule(
        seed=0,
        text=project_text(),
        switches={"kore": {"list_maximum": 1}},
        faults=(Fault.parse(case.fault),) if case.fault else (),
        faults_from=len(rounds),
        rounds=(*rounds, Round(wanted=wanted, operator_runs=(_PLAIN,), wait=10.0)),
    )
    return with_crash_plan(plan, CrashPlan(crash_at=crash_at, provable=provable))


def sweep(case: Case, *, stride: int = 1) -> Iterator[tuple[int, Verdict]]:
    """(step, verdict) until a run ends before the crash; every `stride`th step only."""
    step = 1
    while True:
        verdict = play_schedule(schedule_of(case, step, provable=step % 2 == 0))
        yield step, verdict
        if not verdict.crashes:
            return
        step += stride
