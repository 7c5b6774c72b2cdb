"""The refusal of a command that meets gates which nobody opened; pure."""

from collections.abc import Iterable, Iterator

from reconciler.errors import ApplyRefused
from reconciler.plan.gate_table import Gate


def require_open(gates: Iterable[Gate], operation: str) -> None:
    """Raise ApplyRefused, with what the gates are about and how to go on, unless all are open."""
    closed = [gate for gate in gates if not gate.allowed]
    if closed:
        reason = "; ".join(gate.summary for gate in closed)
        detail = "\n".join(_advice(closed, operation))
        raise ApplyRefused(f"{operation} stopped at a gate: {reason}", detail)


def _advice(closed: Iterable[Gate], operation: str) -> Iterator[str]:
    yield "Nothing was sent."
    named = []
    for gate in closed:
        if gate.by_name:
            named.append(f"--allow {gate.code}")
        else:
            yield from gate.details
    if named:
        yield f"If all of this is intended, run {operation} again with {' '.join(named)}"
