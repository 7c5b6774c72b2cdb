"""The refusal of a command that meets gates which nobody opened; pure."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.errors import ApplyRefused
from reconciler.plan.gate_table import Gate


def require_open(gates: Iterable[Gate], operation: str) -> None:
    """Raise ApplyRefused, with what the gates are about and how to go on, unless all are open."""
    closed = [gate for gate in gates if not gate.allowed]
    if closed:
        detail = "\n".join(_advice(closed, operation))
        raise ApplyRefused(_summary(closed, operation), detail)


def _summary(closed: Sequence[Gate], operation: str) -> str:
    if len(closed) == 1:
        return f"{operation} stopped at gate {closed[0].code}: {closed[0].summary}"
    reasons = "; ".join(f"{gate.code} ({gate.summary})" for gate in closed)
    return f"{operation} stopped at gates {reasons}"


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
