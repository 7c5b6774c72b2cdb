"""What a run must say: exit code and outcomes from the request log, the campaigns and the plan.

Written from docs/concepts/at-most-one-create.md, before anything was played. It uses none of the
code that it judges.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from reconciler.diagnostics import Severity
from reconciler.plan.model import Action, Plan
from reconciler.resources.name_key import name_key
from reconciler.resources.outcome import ChangeOutcome, Outcome
from tests.faults.dimensions import SETTLE, Says

OK, ERROR, FORBIDDEN, BUDGET, REFUSED, UNKNOWN = 0, 1, 4, 5, 6, 7
_WORST = (UNKNOWN, FORBIDDEN, BUDGET, REFUSED, ERROR, OK)
_LAST_LOOK = 30.0
"""The longest pause between two looks for an unknown create."""
_TOO_SOON = "too-soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A create in the request log."""

    says: Says
    made: str
    """The id of the campaign that it made; "" for none."""
    named: str = ""
    """The id of an older campaign of the name that it answered with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign that lives at the vendor."""

    id: str
    name: str
    ours: str
    """The address whose create made it; "" for a campaign of the console."""
    listed_from: float
    """When listings begin to show it, in seconds of the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One run of `apply` that lived to its end."""

    begun: float
    ended: float
    wanted: str
    """The only address that it manages."""
    name: str
    plan: Plan | None
    outcomes: tuple[ChangeOutcome, ...]
    exit: int
    refused: str
    """The code of the error that ended it before it wrote anything; "" for none."""
    sent: tuple[Sent, ...]
    campaigns: tuple[Campaign, ...]
    """When it ended."""
    recorded: str
    """The id that its ledger has for the address afterwards; "" for none."""
    unknown: bool
    """Whether its ledger has an open create of unknown outcome afterwards."""
    open_elsewhere: bool
    """Whether its ledger has one of unknown outcome for the name in another environment."""


Rule = Callable[[RunFacts], Iterator[str]]


def judge(run: RunFacts) -> list[str]:
    """Everything that the run said or did and should not have; empty for a right run."""
    return [text for rule in RULES for text in rule(run)]


def _a_clear_answer_is_believed(run: RunFacts) -> Iterator[str]:
    """Exactly one create was sent, and its answer decides."""
    if len(run.sent) != 1 or run.refused:
        return
    (sent,) = run.sent
    expected, outcome = _EXPECTED.get(sent.says), _outcome(run)
    if expected is not None and outcome is not expected:
        yield f"the answer said {sent.says}, and the outcome is {outcome}, not {expected}"


_EXPECTED = {
    Says.CREATED: Outcome.APPLIED,
    Says.DENIED: Outcome.REFUSED,
    Says.FORBIDDEN: Outcome.REFUSED,
    Says.NOT_SENT: Outcome.REFUSED,
}


def _an_unclear_answer_is_settled_by_looking(run: RunFacts) -> Iterator[str]:
    if not run.sent or run.sent[-1].says is not Says.NOTHING or run.refused:
        return
    made = {one.made for one in run.sent if one.made}
    listed = [one for one in run.campaigns if one.id in made]
    outcome = _outcome(run)
    if outcome is Outcome.APPLIED and not listed:
        yield "an unclear create counts as applied, and nothing was made"
    if outcome is Outcome.UNKNOWN and any(
        one.listed_from <= run.ended - _LAST_LOOK for one in listed
    ):
        yield "an unclear create stays unknown, though its campaign was listed in time"
    if outcome not in (Outcome.APPLIED, Outcome.UNKNOWN):
        yield f"an unclear create is {outcome}"


def _what_counts_as_created_was_made(run: RunFacts) -> Iterator[str]:
    """The id of an applied create is that of a campaign that its request made, or was given."""
    theirs = {one.made for one in run.sent} | {one.named for one in run.sent}
    if run.sent and _outcome(run) is Outcome.APPLIED and run.recorded not in theirs:
        yield f"created as {run.recorded}, which the create did not make"


def _success_is_one_campaign(run: RunFacts) -> Iterator[str]:
    """Exit 0: its campaign lives, or is said to be not listed yet, and a second one is named."""
    if run.exit != OK or _by_hand(run):
        return
    by_id = {one.id: one for one in run.campaigns}
    said = _said(run)
    if run.recorded not in by_id:
        if "not yet visible" in said or "not listed yet" in said:
            return
        yield f"exit 0, and {run.recorded or 'nothing'} is recorded, which does not live"
    elif name_key(by_id[run.recorded].name) != name_key(run.name):
        yield f"exit 0, and {run.recorded} is recorded, which has another name"
    shown = [
        one.id
        for one in run.campaigns
        if one.ours == run.wanted
        and one.id != run.recorded
        and one.listed_from <= run.begun
        and one.id not in said
    ]
    if shown:
        yield f"exit 0, and nothing is said of {', '.join(shown)}, which has the same name"


def _the_exit_code_follows(run: RunFacts) -> Iterator[str]:
    """From the outcomes and the plan, by precedence."""
    if run.plan is None or run.refused:
        if run.exit == OK:
            yield f"ended with {run.refused or 'nothing'}, and exit 0"
        return
    codes = {OK, *(_code(one) for one in run.outcomes)}
    errors = [one for one in run.plan.diagnostics if one.severity is Severity.ERROR]
    settled = {one.address for one in run.outcomes if one.outcome is not Outcome.UNKNOWN}
    for found in errors:
        if found.code == "outcome-unknown":
            codes |= set() if found.address in settled else {UNKNOWN}
        else:
            codes.add(ERROR)
    expected = next(code for code in _WORST if code in codes)
    if run.exit != expected:
        yield f"exit {run.exit}, and the outcomes say {expected}"


def _code(one: ChangeOutcome) -> int:
    codes = {found.code for found in one.diagnostics if found.severity is Severity.ERROR}
    match one.outcome:
        case Outcome.UNKNOWN:
            return UNKNOWN
        case Outcome.APPLIED:
            return ERROR if codes else OK
        case Outcome.SKIPPED if codes & {_TOO_SOON, "apply-refused"}:
            return REFUSED
        case Outcome.REFUSED if "authentication" in codes:
            return FORBIDDEN
        case Outcome.REFUSED if "rate-limited" in codes:
            return BUDGET
        case _:
            return ERROR


def _seven_is_an_open_create(run: RunFacts) -> Iterator[str]:
    """Exit 7: an outcome is not known. A denied create is never a reason."""
    is_open = run.unknown or run.open_elsewhere
    if run.exit == UNKNOWN and not is_open:
        yield "exit 7, and the ledger has no create of unknown outcome"
    if run.unknown and run.exit not in (UNKNOWN, REFUSED):
        yield f"exit {run.exit}, and the ledger has a create of unknown outcome"


def _nothing_is_sent_beside_a_listed_campaign(run: RunFacts) -> Iterator[str]:
    """A create leaves only if no listing of this run can have shown a campaign of the name."""
    made = {one.made for one in run.sent}
    shown = [
        one.id
        for one in run.campaigns
        if name_key(one.name) == name_key(run.name)
        and one.id not in made
        and one.listed_from <= run.begun
    ]
    if run.sent and shown:
        yield f"a create was sent beside {', '.join(shown)}, which the listing showed"


def _an_open_create_blocks_its_name_everywhere(run: RunFacts) -> Iterator[str]:
    if run.open_elsewhere and run.sent:
        yield "a create was sent while another environment has one of unknown outcome"


def _one_answer_one_create(run: RunFacts) -> Iterator[str]:
    """In one run a second create is sent only after the rate limit refused the first."""
    says = [one.says for one in run.sent]
    if len(says) > 2 or (len(says) == 2 and says[0] is not Says.LIMITED):
        yield f"{len(says)} creates in one run, after {says[0]}"


def _too_soon_sends_nothing(run: RunFacts) -> Iterator[str]:
    waiting = [one for one in run.outcomes if _TOO_SOON in {d.code for d in one.diagnostics}]
    if waiting and run.sent and run.sent[-1].says is not Says.LIMITED:
        yield "a create is too soon, and was sent"


def _no_wait_is_longer_than_settle(run: RunFacts) -> Iterator[str]:
    """Whatever the clocks say: one settle to wait, one to look, and what answers take."""
    if run.ended - run.begun > 3 * SETTLE + 200:
        yield f"the run took {run.ended - run.begun:.0f} s"


def _outcome(run: RunFacts) -> Outcome | None:
    return next((one.outcome for one in run.outcomes if str(one.address) == run.wanted), None)


def _by_hand(run: RunFacts) -> bool:
    """Whether the plan leaves the campaign to a person."""
    changes = run.plan.changes if run.plan is not None else ()
    return any(one.action is Action.MANUAL for one in changes if str(one.address) == run.wanted)


def _said(run: RunFacts) -> str:
    """Every word of the plan and of the outcomes."""
    found = [] if run.plan is None else list(_words(run.plan))
    for one in run.outcomes:
        found += [one.message, *(f"{said.summary} {said.detail}" for said in one.diagnostics)]
    return " ".join(found)


def _words(plan: Plan) -> Iterator[str]:
    yield from (f"{one.summary} {one.detail}" for one in plan.diagnostics)
    yield from (gate.summary for gate in plan.gates)
    yield from (twin.remote_id for twin in plan.twins)
    for one in plan.changes:
        yield " ".join((str(one.remote_id), one.reason, *one.notes, *one.warnings))


RULES: tuple[Rule, ...] = (
    _a_clear_answer_is_believed,
    _an_unclear_answer_is_settled_by_looking,
    _what_counts_as_created_was_made,
    _success_is_one_campaign,
    _the_exit_code_follows,
    _seven_is_an_open_create,
    _nothing_is_sent_beside_a_listed_campaign,
    _an_open_create_blocks_its_name_everywhere,
    _one_answer_one_create,
    _too_soon_sends_nothing,
    _no_wait_is_longer_than_settle,
)


def second_campaigns(campaigns: tuple[Campaign, ...]) -> dict[str, list[str]]:
    """Addresses with more than one live campaign that their creates made, and the ids."""
    found: dict[str, list[str]] = {}
    for one in campaigns:
        if one.ours:
            found.setdefault(one.ours, []).append(one.id)
    return {key: ids for key, ids in found.items() if len(ids) > 1}


def unnamed(twins: list[str], plan: Plan, known: Collection[str]) -> list[str]:
    """Twins that a plan on a healthy world names nowhere; `known` are those of its ledger."""
    said = " ".join(_words(plan))
    return [one for one in twins if one not in known and one not in said]
