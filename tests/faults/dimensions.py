"""What the matrix varies, as data: answers, lag, clocks, vendors, ledgers, deaths, markers.

A combination takes one value of each. Nothing here knows how it is played.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from reconciler.resources.tree import Tree
from tests.faults.interleaving import dice

SETTLE = 40.0
"""Seconds that the project file gives a vendor to list a new campaign."""
HOURS = 7200.0


class Says(StrEnum):
    """What an answer to a create says, whatever the vendor did."""

    CREATED = "created"
    """A success with the id of the new campaign."""
    DENIED = "denied"
    LIMITED = "limited"
    """The rate limit refused it."""
    FORBIDDEN = "forbidden"
    """The credential was refused."""
    NOTHING = "nothing"
    """Nothing that anybody could rely on."""
    ERROR = "error"
    """A success that states an error in words; vendors differ in whether these mean a refusal."""
    NOT_SENT = "not-sent"
    """No byte left this machine."""


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One way in which the first create may be answered."""

    fault: str
    """A fault in its short form; "" for an answer as documented."""
    says: Says
    acts: bool
    """Whether the vendor creates the campaign."""
    body: str = ""


def _answers() -> dict[str, AnswerKind]:
    denials = {302: Says.DENIED, 400: Says.DENIED, 401: Says.FORBIDDEN, 403: Says.FORBIDDEN}
    denials |= {404: Says.DENIED, 409: Says.DENIED, 422: Says.DENIED, 429: Says.LIMITED}
    unclear = dict.fromkeys((408, 500, 502, 503), Says.NOTHING)
    found = {"created": AnswerKind("", Says.CREATED, acts=True)}
    for status, says in {**denials, **unclear}.items():
        found[f"{status} after acting"] = AnswerKind(f"status_after={status}", says, acts=True)
        found[f"{status}"] = AnswerKind(f"status={status}", says, acts=False)
    for fault, acts in {
        "reset_after": True,
        "reset_before": False,
        "timeout_after": True,
        "timeout_before": False,
        "truncated": True,
        "html": True,
    }.items():
        found[fault.replace("_", " ")] = AnswerKind(fault, Says.NOTHING, acts=acts)
    for name, body in _ODD_BODIES.items():
        says = _SAID.get(name, Says.NOTHING)
        found[f"200 with {name}"] = AnswerKind("status_after=200", says, acts=True, body=body)
    found["the id of an older campaign"] = AnswerKind("old_id", Says.NOTHING, acts=True)
    found["connection refused"] = AnswerKind("refused", Says.NOT_SENT, acts=False)
    return found


_ODD_BODIES = {
    "no body": "",
    "no id": "{}",
    "a list": "[]",
    "an error in words": '{"status": "error", "message": "Could not create it"}',
    "the id of nothing": '{"id": "00000000-0000-4000-8000-000000000000"}',
}
_SAID = {"an error in words": Says.ERROR}
ANSWERS: Mapping[str, AnswerKind] = _answers()
LAGS: Mapping[str, float] = {"at once": 0.0, "5 s": 5.0, "settle": SETTLE - 1, "longer": 90.0}
"""How long a new campaign is missing from listings; the last is longer than promised."""
CLOCKS: Mapping[str, tuple[float, float]] = {
    "right": (0.0, 0.0),
    "ours ahead": (HOURS, 0.0),
    "ours behind": (-HOURS, 0.0),
    "vendor's ahead": (0.0, HOURS),
    "vendor's behind": (0.0, -HOURS),
}
"""Seconds that our clock in the first run, and the vendor's in all runs, are off."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What a vendor does with every request, by the simulator's switches."""

    kore: Tree
    carecycle: Tree
    hides: tuple[str, ...] = ()
    """Keys that one reading leaves out."""
    returns_existing: bool = False
    """A create of a name that exists answers with that campaign and makes none."""
    wide_names: bool = False
    """The manifest's name has two blanks, which the vendor makes one."""


_NORMALISED: Tree = {"name_spelling": "normalised"}
HABITS: Mapping[str, Habit] = {
    "plain": Habit({}, {}),
    "spells names its own way": Habit(_NORMALISED, _NORMALISED, wide_names=True),
    "gets or creates": Habit({}, {}, returns_existing=True),
    "hides the description once": Habit({}, {}, hides=("description",)),
    "hides name and time once": Habit({}, {}, hides=("createdAt", "status")),
}


class Writers(StrEnum):
    """Who applies after the first run."""

    ONE = "the same"
    RENAMED = "a renamed environment"
    """The same ledger, and another name for the environment, with the same account."""
    APART = "a second ledger"
    """Somebody who shares nothing with the first one but the account."""


DEATHS: Mapping[str, int | None] = {"no": None, **{str(n): n for n in (3, 9, 12, 15, 18, 24, 30)}}
"""The step of the first run at which it is killed."""
WAITS: Mapping[str, float] = {"1 s": 1.0, "30 s": 30.0, "100 s": 100.0, "2 h": HOURS}
"""Time between two runs."""
CAMPAIGNS = ("sms-1", "voice-1", "care-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One value of each dimension, by name."""

    answer: str
    lag: str
    clocks: str
    habit: str
    writers: Writers
    death: str
    wait: str
    campaign: str
    marker: bool

    @property
    def promised(self) -> bool:
        """Whether the promise covers it: the list lags `settle` at most, and all share a ledger."""
        return LAGS[self.lag] <= SETTLE and self.writers is not Writers.APART

    def __str__(self) -> str:
        return ", ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))


def combination(seed: int) -> Combination:
    """The combination of a seed; always the same."""
    chance = dice(f"matrix:{seed}")
    return Combination(
        answer=chance.choice(tuple(ANSWERS)),
        lag=chance.choice(tuple(LAGS)),
        clocks=chance.choice(tuple(CLOCKS)),
        habit=chance.choice(tuple(HABITS)),
        writers=chance.choice(tuple(Writers)),
        death=chance.choice(("no", *DEATHS)),
        wait=chance.choice(tuple(WAITS)),
        campaign=chance.choice(CAMPAIGNS),
        marker=chance.choice((False, True)),
    )
