"""What a run has done so far, one part per campaign, and what killed runs left as receipts.

A part is a receipt with one outcome. It is written together with what it tells of, and removed once
the receipt of the whole run is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.ledger.receipt_codec import decode_receipt
from reconciler.resources.receipt import Receipt


def part_keys(receipt: Receipt) -> tuple[str, ...]:
    """The keys of a receipt's parts, one per outcome."""
    return tuple(f"{receipt.run_id} {entry.address}" for entry in receipt.outcomes)


def unfinished(parts: Iterable[tuple[str, str]]) -> tuple[Receipt, ...]:
    """One receipt per run, from the (key, body) of all parts, oldest first."""
    return _by_run(sorted((decode_receipt(*row) for row in parts), key=_finished_at))


def with_unfinished(
    kept: Sequence[Receipt], parts: Iterable[tuple[str, str]]
) -> tuple[Receipt, ...]:
    """All receipts, oldest first; the parts that a run left complete its receipt."""
    left = unfinished(parts)
    receipts = _by_run((*kept, *left))
    return tuple(sorted(receipts, key=_finished_at)) if left else receipts


def _by_run(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """One receipt per run; of two entries about a campaign, the first counts."""
    runs: dict[str, Receipt] = {}
    for number, receipt in enumerate(receipts):
        key = receipt.run_id or f"#{number}"
        runs[key] = _merged(runs[key], receipt) if key in runs else receipt
    return tuple(runs.values())


def _merged(first: Receipt, second: Receipt) -> Receipt:
    known = {entry.address for entry in first.outcomes}
    more = tuple(entry for entry in second.outcomes if entry.address not in known)
    finished_at = max(first.finished_at, second.finished_at)
    return replace(first, outcomes=(*first.outcomes, *more), finished_at=finished_at)


def _finished_at(receipt: Receipt) -> str:
    return receipt.finished_at
