"""Gates that a reviewed manifest opens for its own campaign (`metadata.accept`); pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, SourceRange, warning
from reconciler.plan.gate_table import GATES, Gate
from reconciler.plan.gates.gate import shortened
from reconciler.resources.base import Desired
from reconciler.resources.exemptions import Acceptance

BY_MANIFEST = "metadata.accept"
UNUSED = "accept-unused"
_NEEDLESS = "Remove the entry, so that it does not open a gate that nobody looks at."
_TOO_FEW = (
    "Accept as many records as the plan shows. If their number is not known, no entry opens the "
    "gate: it needs --allow."
)


def accepted(
    gate: Gate,
    desired: Mapping[Address, Desired],
    records: Mapping[Address, int | None],
    today: date,
) -> frozenset[Address]:
    """The campaigns of a gate whose manifests accept it for as many records as they reach."""
    return frozenset(
        address
        for address in gate.addresses
        if address in desired
        and any(
            one.gate == gate.code and _serves(one, records.get(address, 0), today)
            for one in desired[address].metadata.accept
        )
    )


def _serves(one: Acceptance, records: int | None, today: date) -> bool:
    return one.until >= today and records is not None and records <= one.records


def opened(gate: Gate, by: frozenset[Address]) -> Gate:
    """The gate without the campaigns that accept it; open if none is left.

    A gate about a number of writes stays whole unless every campaign accepts it.
    """
    rest = tuple(address for address in gate.addresses if address not in by)
    if not rest:
        return replace(gate, allowed_by=BY_MANIFEST)
    if not by:
        return gate
    names = ", ".join(shortened(list(map(str, rest))))
    covered = f"{gate.summary}; metadata.accept covers {len(by)} of them"
    if GATES[gate.code].is_count:
        return replace(gate, summary=f"{covered}, and must cover all; not covered: {names}")
    theirs = tuple(f"{address}: " for address in by)
    return replace(
        gate,
        summary=f"{covered}; these remain: {names}",
        details=tuple(line for line in gate.details if not line.startswith(theirs)),
        addresses=rest,
    )


def ended(desired: Iterable[Desired], today: date) -> Iterator[Diagnostic]:
    """A warning for each entry whose last day has passed."""
    for one in desired:
        for entry in one.metadata.accept:
            if entry.until < today:
                yield _warn(one, entry, f"ended on {entry.until}", _NEEDLESS)


def leftovers(
    desired: Iterable[Desired],
    used: Mapping[Address, frozenset[str]],
    gates: Iterable[Gate],
    today: date,
) -> Iterator[Diagnostic]:
    """A warning for each entry that is past its last day, not needed, or for too few records."""
    met = {(address, gate.code) for gate in gates for address in gate.addresses}
    for one in desired:
        yield from ended([one], today)
        for entry in one.metadata.accept:
            if entry.until < today or entry.gate in used.get(one.address, ()):
                continue
            if (one.address, entry.gate) in met:
                why = f"opens nothing: there may be more records than its {entry.records:,}"
                yield _warn(one, entry, why, _TOO_FEW)
            else:
                why = "opens nothing: this plan does not meet that gate for the campaign"
                yield _warn(one, entry, why, _NEEDLESS)


def _warn(one: Desired, entry: Acceptance, why: str, advice: str) -> Diagnostic:
    return warning(
        UNUSED,
        f"{one.address}: metadata.accept of {entry.gate} {why}",
        advice,
        source=_place(one, entry),
        address=one.address,
        target=one.target,
    )


def _place(one: Desired, entry: Acceptance) -> SourceRange:
    return SourceRange(one.source.filename, entry.place) if entry.place else one.source
