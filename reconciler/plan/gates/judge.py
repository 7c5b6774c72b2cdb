"""Joins the findings of the gate rules into gates, and opens those that somebody accepted; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from reconciler.address import Address
from reconciler.plan.gate_table import GATES, Gate
from reconciler.plan.gates.acceptance import accepted, opened
from reconciler.plan.gates.audience import PARTS
from reconciler.plan.gates.contacting import Crowd
from reconciler.plan.gates.shared_lists import SHARED, cannot_tell
from reconciler.plan.gates.volume import REACH_OVER_LIMIT, VOLUMES, reach_over_limit
from reconciler.resources.base import Desired

BY_OPTION = "--allow"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gates, open or not, and the gates that each campaign's manifest opened for it."""

    gates: tuple[Gate, ...]
    used: Mapping[Address, frozenset[str]]
    notes: tuple[str, ...] = ()
    """What a gate needs to know, and nothing tells."""


def people_rules(crowd: Crowd) -> Iterator[Gate]:
    """What stops the writes and starts that may contact people."""
    for rule in (*PARTS, *VOLUMES, *SHARED):
        yield from rule(crowd)


def judge(
    found: Iterable[Gate],
    crowd: Crowd,
    *,
    desired: Iterable[Desired],
    allow: Collection[str],
    today: date,
) -> Verdict:
    """One gate for each code, in the order of the table, with who opened it."""
    manifests = {one.address: one for one in desired}
    records = {one.address: one.reach.records for one in crowd.contacting}
    parts: dict[str, list[Gate]] = defaultdict(list)
    for part in found:
        parts[part.code].append(part)
    gates = []
    used: dict[Address, set[str]] = defaultdict(set)
    for code in sorted(parts, key=list(GATES).index):
        gate = _joined(code, parts[code])
        if GATES[code].by_manifest:
            by = accepted(gate, manifests, records, today)
            for address in by:
                used[address].add(code)
            gate = _without(gate, by, crowd)
        if not gate.allowed and gate.by_name and code in allow:
            gate = replace(gate, allowed_by=BY_OPTION)
        gates.append(replace(gate, records=_in_all(gate, records)))
    return Verdict(
        tuple(gates),
        {address: frozenset(codes) for address, codes in used.items()},
        tuple(cannot_tell(crowd)),
    )


def _without(gate: Gate, by: frozenset[Address], crowd: Crowd) -> Gate:
    """The gate as it is for the campaigns that do not accept it."""
    if not by:
        return gate
    if gate.code == REACH_OVER_LIMIT:
        rest = list(reach_over_limit(crowd.without(by)))
        return _joined(gate.code, rest) if rest else opened(gate, frozenset(gate.addresses))
    return opened(gate, by)


def _joined(code: str, parts: Iterable[Gate]) -> Gate:
    """One gate for all targets."""
    every = list(parts)
    return Gate(
        code=code,
        summary="; ".join(one.summary for one in every),
        details=tuple(dict.fromkeys(line for one in every for line in one.details)),
        addresses=tuple(sorted({address for one in every for address in one.addresses})),
    )


def _in_all(gate: Gate, records: Mapping[Address, int | None]) -> int | None:
    """The records of the gate's campaigns, counted once per campaign; None if any is not known."""
    sizes = [records[address] for address in gate.addresses if address in records]
    known = [size for size in sizes if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None
