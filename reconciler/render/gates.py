"""Gates into lines: what stops a command, why, and how to proceed."""

from collections.abc import Iterable, Iterator

from reconciler.plan.gate_table import GATES, Gate, GateKind
from reconciler.render.style import Painter
from reconciler.render.values import foreign


def gate_sections(
    gates: Iterable[Gate], painter: Painter, *, at_once: bool = False
) -> Iterator[str]:
    """The gates that stop a later apply or, with `at_once`, this command; and the accepted ones."""
    who = "This command" if at_once else "apply"
    every = list(gates)
    closed = [gate for gate in every if gate.by_name and not gate.allowed]
    asked = [gate for gate in every if not gate.by_name and not gate.allowed]
    opened = [gate for gate in every if gate.allowed]
    if closed:
        lines = [
            painter.severity(f"{who} will stop at these gates:", "warning"),
            *_listed(closed, at_once=at_once),
        ]
        flags = " ".join(f"--allow {gate.code}" for gate in closed)
        lines.append(f"Accept {'them' if len(closed) > 1 else 'it'} with: {flags}")
        own = ", ".join(gate.code for gate in closed if GATES[gate.code].by_manifest)
        if own:
            lines.append(f"Or in the campaign's manifest, under metadata.accept: {own}")
        yield "\n".join(lines)
    if asked:
        title = f"{who} will stop at these gates, unless it can ask a person:"
        yield "\n".join([painter.severity(title, "warning"), *_listed(asked, at_once=at_once)])
    if opened:
        yield "\n".join(["Accepted gates:", *_listed(opened, at_once=at_once)])


def _listed(gates: Iterable[Gate], *, at_once: bool) -> Iterator[str]:
    """One line for each gate; one of the moment may be open by the time that apply runs."""
    for gate in gates:
        later = gate.kind is GateKind.MOMENT and not at_once
        when = " (if it still holds when apply runs)" if later else ""
        by = f" (by {gate.allowed_by})" if gate.allowed else ""
        yield f"  - {gate.code}{when}{by}: {foreign(gate.summary)}"
        yield from (f"      {foreign(line)}" for line in gate.details)
