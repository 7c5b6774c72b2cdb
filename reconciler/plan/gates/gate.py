"""The inputs of the gate rules, and the making of a gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.address import Address
from reconciler.plan.gate_table import Gate
from reconciler.plan.inventory import Inventory
from reconciler.plan.model import Action, Change
from reconciler.resources.base import Live

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class GateInputs:
    """A plan's inputs and changes, before its gates are known."""

    inventory: Inventory
    changes: tuple[Change, ...]
    drift: tuple[Change, ...]
    suspects: Mapping[Address, Sequence[Live]] = field(default_factory=dict)
    """By address: campaigns of other names, and archived ones, that its create may have made."""

    def of(self, *actions: Action, target: str = "") -> tuple[Change, ...]:
        """The changes of some kinds, on one target or on all."""
        return tuple(
            change
            for change in self.changes
            if change.action in actions and target in ("", change.target)
        )

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that apply writes to."""
        return tuple(sorted({change.target for change in self.changes if change.writes}))


def make_gate(
    code: str, summary: str, addresses: Iterable[Address], *, details: Iterable[str] = ()
) -> Gate:
    """A gate that names each address once; `details` has a line for each list or campaign."""
    named = tuple(sorted(set(addresses)))
    return Gate(code=code, summary=summary, addresses=named, details=tuple(details))


def addresses_of(changes: Iterable[Change]) -> Iterable[Address]:
    """The addresses of changes, in their order."""
    return (change.address for change in changes)


def count(number: int, thing: str) -> str:
    """`1 create`, `2 creates`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def shortened(lines: list[str]) -> list[str]:
    """The first ten lines, and how many there are besides."""
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"and {len(lines) - _SHOWN} more"]
