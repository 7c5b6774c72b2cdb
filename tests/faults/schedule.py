"""A number into a schedule: the campaigns, what the operators do, and all faults.

A value that prints itself; `scenario` plays it.
"""

from dataclasses import dataclass, field

from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.faults import Fault, FaultKind
from tests.faults.fixtures import project_text
from tests.faults.interleaving import Dice, dice
from tests.faults.process import CrashPlan

_CREATE_FAULTS = (
    *("refused", "reset_before", "reset_after", "timeout_before", "timeout_after", "truncated"),
    *("http_500_after", "http_500_before", "rate_limited", "rate_limited_retry_after", "html"),
    *("late", "late_reads", "status", "slow", "old_id", "headers"),
)
_READ_FAULTS = (
    *("list_duplicate_page", "list_shifted", "list_wrong_total", "list_repeats_page"),
    *("timeout_before", "reset_after", "http_500_before", "truncated", "html", "rate_limited"),
)
_CHANGE_FAULTS = (
    *("refused", "reset_before", "reset_after", "timeout_after", "truncated", "http_500_after"),
    *("http_500_before", "rate_limited", "html", "ignored", "headers"),
)
ODD_HEADERS = (
    {"date": "Fri, 31 Dec 99999 23:59:59 GMT"},
    {"date": "Fri, 27 Nov 2026 12:00:00 +99999999999999999999"},
    {"retry-after": "9" * 5000},
)
_VALUES = {"late": 200.0, "late_reads": 3.0, "slow": 5.0, "rate_limited_retry_after": 20.0}
_CONSOLE_ACTIONS = ("describe", "describe", "remove", "rename", "twin", "unlock")
_OFTEN = (0, 0, 1, 2)
_EDITS = frozenset({"describe", "rename"})
_SKEWS = (0.0, 0.0, 0.0, 3600.0, -3600.0, 100_000.0)
_STATUSES = (302.0, 400.0, 401.0, 403.0, 404.0, 408.0, 409.0, 422.0, 429.0, 502.0, 503.0)
_PROMPT = 40.0
"""As long as `settle`: what denials and operators' words rely on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRun:
    """One operator's run."""

    crash_plan: CrashPlan
    ask: bool = False
    """It shows a plan and asks first, so it plans twice."""
    resolves: bool = False
    """It does not apply: it says of every open create that it did not happen."""
    lock_timeout: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAction:
    """What a console user does with a named campaign, after `after` steps of the round."""

    after: int
    what: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Some minutes: the manifests, one or two operators, a console user."""

    wanted: dict[str, str]
    """Resource name to its description, or to `retired`."""
    operator_runs: tuple[OperatorRun, ...]
    console_actions: tuple[ConsoleAction, ...] = ()
    wait: float = 0.0
    """Seconds that pass first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything that a seed means."""

    seed: int
    text: str
    """The project file."""
    switches: Tree
    most_unproven: int = 20
    """How many creates of a run may be unproven; few campaigns are enough to reach a low number."""
    small_pages: bool = False
    """Whether pages of a few rows count as large, so that few campaigns are enough to try them."""
    seeded: tuple[str, ...] = ()
    """Campaigns that stand in the console from the beginning."""
    faults: tuple[Fault, ...] = ()
    faults_from: int = 0
    """The round, from 0, in which the faults begin."""
    rounds: tuple[Round, ...] = field(default_factory=tuple)

    def lines(self) -> list[str]:
        """The schedule for people."""
        found = [f"schedule of seed {self.seed}", f"  switches {self.switches}"]
        found += ["  large pages are tried"] if self.small_pages else []
        found += [f"  at most {self.most_unproven} creates unproven"]
        found += [f"  in the console: {', '.join(self.seeded)}"] if self.seeded else []
        for fault in self.faults:
            values = fault.model_dump(exclude_defaults=True, mode="json")
            found.append(f"  fault {values}")
        for number, one in enumerate(self.rounds, 1):
            found.append(f"  round {number}: after {one.wait:.0f} s, wanted {one.wanted}")
            found += [f"    {run}" for run in one.operator_runs]
            found += [f"    {action}" for action in one.console_actions]
        return found


def schedule(seed: int) -> Schedule:
    """The schedule of a seed; always the same."""
    chance = dice(f"schedule:{seed}")
    kinds = chance.choice((("sms",), ("sms",), ("voice",), ("care",), ("sms", "care")))
    names = [f"{kind}-{number}" for kind in kinds for number in (1, 2, 3)]
    names = chance.sample(names, chance.randint(1, min(3, len(names))))
    limits = _limits(chance)
    pages = dice(f"pages:{seed}")
    small_pages = pages.random() < 0.5
    return Schedule(
        seed=seed,
        small_pages=small_pages,
        text=project_text(
            rate=chance.choice(("99999/second", "99999/second", "30/minute")),
            absent_after="1h" if limits.vouched else "",
        ),
        switches=overlay(_switches(chance, limits), _pages(pages) if small_pages else {}),
        most_unproven=dice(f"unproven:{seed}").choice((1, 1, 2, 20)),
        seeded=tuple(name for name in names if chance.random() < 0.15),
        faults=_faults(chance, limits),
        rounds=tuple(_rounds(chance, names, limits)),
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a schedule leaves out: campaigns that no complete listing shows.

    With `absentAfter` (`vouched`) the operator rules that out; with `retires`, `settle` is
    how long a campaign may hide.
    """

    vouched: bool
    words: tuple[str, ...]
    denies: bool
    """A create may be denied though it was done, and operators settle creates by their word: then
    no campaign hides for longer than `settle`."""

    @property
    def console_actions(self) -> tuple[str, ...]:
        """What console users do. Nobody can recognize the campaign of a denied create once it has
        another name and other settings, so they change one of the two."""
        kept = "rename" if self.vouched else "describe"
        return tuple(
            one for one in _CONSOLE_ACTIONS if not self.denies or one not in _EDITS - {kept}
        )

    @property
    def retires(self) -> bool:
        return "retired" in self.words


def _limits(chance: Dice) -> _Limits:
    retiring = chance.random() < 0.4
    words = ("first", "second", "third", "retired") if retiring else ("first", "second", "third")
    vouched = chance.random() < 0.3
    chosen = tuple(chance.choice(words) for _ in range(3))
    return _Limits(vouched, chosen, chance.random() < 0.5)


def _switches(chance: Dice, limits: _Limits) -> Tree:
    lags = (0.0, 0.0, 5.0, _PROMPT - 1 if limits.denies else 90.0)
    kore: Tree = {
        "list_maximum": chance.choice((1, 2, 100)),
        "list_lag": chance.choice(lags),
        "get_lag": chance.choice(lags),
        "paging": chance.choice(("skip_wins", "page_wins")),
        "unstable_order": chance.random() < 0.1,
        "has_more_on_last_page": chance.random() < 0.1,
    }
    care: Tree = {
        "list_lag": chance.choice(lags),
        "get_lag": chance.choice(lags),
        "archived_listed": chance.random() < 0.5,
    }
    rate = chance.choice((None, None, None, 20))
    return {"rate_limit": rate, "kore": kore, "carecycle": care}


def _pages(chance: Dice) -> Tree:
    """What the vendor does with a page that is larger than it grants."""
    ways = ("lowered", "cut", "refused", "error", "no_answer")
    return {
        "kore": {
            "list_maximum": chance.choice((1, 2, 3, 8)),
            "over_maximum": chance.choice(ways),
        }
    }


def _faults(chance: Dice, limits: _Limits) -> tuple[Fault, ...]:
    found = []
    left_out = {"late_reads"} if limits.retires or limits.vouched else set[str]()
    left_out |= {"late", "late_reads"} if limits.denies else set()
    kinds = tuple(kind for kind in _CREATE_FAULTS if kind not in left_out)
    kinds += ("status_after",) * 12 if limits.denies else ()
    if chance.random() < 0.85:
        found += [_fault(chance, "*.create", kinds) for _ in range(chance.randint(1, 2))]
    if chance.random() < 0.4:
        found += [_fault(chance, "*.list", _READ_FAULTS)]
    if chance.random() < 0.2:
        found += [_fault(chance, "*.get", _READ_FAULTS[4:])]
    if chance.random() < 0.5:
        operation = chance.choice(("*.update", "*.delete", "*.update"))
        found += [_fault(chance, operation, _CHANGE_FAULTS)]
    return tuple(found)


def _fault(chance: Dice, match: str, kinds: tuple[str, ...]) -> Fault:
    kind = chance.choice(kinds)
    stated = kind in ("status", "status_after")
    value = chance.choice(_STATUSES) if stated else _VALUES.get(kind, 0.0)
    often = chance.choice((0.2, 0.5, 1.0))
    return Fault(
        kind=FaultKind(kind),
        match=match,
        times=None if often < 1 else chance.randint(1, 3),
        nth=1 if often < 1 else chance.randint(1, 3),
        probability=often,
        seed=chance.randint(0, 10**6),
        value=value,
        body=chance.choice(("", '{"message": "no"}', "<html>")) if stated else "",
        headers=chance.choice(ODD_HEADERS) if kind == "headers" else {},
    )


def _rounds(chance: Dice, names: list[str], limits: _Limits) -> list[Round]:
    wanted = dict.fromkeys(chance.sample(names, chance.randint(1, len(names))), "first")
    found = []
    for word in limits.words[: chance.randint(1, 3)]:
        found.append(
            Round(
                wanted=dict(wanted),
                operator_runs=tuple(
                    _operator_run(chance, _SKEWS, limits) for _ in range(chance.choice((1, 1, 2)))
                ),
                console_actions=tuple(
                    _console_action(chance, names, limits) for _ in range(chance.choice(_OFTEN))
                ),
                wait=chance.choice((0.0, 1.0, 20.0, 200.0, 4000.0)),
            )
        )
        wanted[chance.choice(names)] = word
    return found


def _operator_run(chance: Dice, skews: tuple[float, ...], limits: _Limits) -> OperatorRun:
    crash = chance.random() < 0.6
    stalls = chance.random() < 0.1 and not limits.denies
    return OperatorRun(
        crash_plan=CrashPlan(
            crash_at=int(chance.expovariate(1 / 25)) + 1 if crash else None,
            provable=chance.random() < 0.7,
            renews=chance.random() < 0.7,
            skew=chance.choice(skews),
            stall_at=1 if stalls else None,
            stall=chance.choice((40.0, 100.0, 400.0)) if stalls else 0.0,
            interrupt_at=chance.randint(5, 60) if chance.random() < 0.1 else None,
            latency=chance.choice((0.0, 0.0, 2.0, 20.0)) if not limits.denies else 0.0,
        ),
        ask=chance.random() < 0.2,
        resolves=limits.denies and chance.random() < 0.2,
        lock_timeout=chance.choice((0.0, 0.0, 200.0)),
    )


def _console_action(chance: Dice, names: list[str], limits: _Limits) -> ConsoleAction:
    what, name = chance.choice(limits.console_actions), chance.choice(names)
    return ConsoleAction(after=chance.randint(1, 80), what=what, name=name)
