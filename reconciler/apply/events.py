"""The events that apply reports while it runs."""

from dataclasses import dataclass

from reconciler.address import Address
from reconciler.resources.outcome import ChangeOutcome


@dataclass(frozen=True, slots=True)
class Started:
    """A change begins. `action` is the word that the plan uses."""

    address: Address
    target: str
    action: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A change made progress but is not finished; `elapsed` is in seconds since it started."""

    address: Address
    target: str
    message: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is sent to a target for some seconds, for the reason given."""

    target: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A change has its outcome."""

    outcome: ChangeOutcome


Event = Started | Progress | Waiting | Finished
