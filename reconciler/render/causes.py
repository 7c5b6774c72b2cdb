"""One message for each cause: campaigns that were not attempted share that of the one that failed.

The report of an apply names the cause of each campaign; the messages before it say what to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic
from reconciler.render.progress import without_outcome
from reconciler.resources.outcome import ChangeOutcome, Outcome

_NAMED = 10
_Cause = tuple[str, str | None]


def one_per_cause(
    found: Sequence[Diagnostic], outcomes: Iterable[ChangeOutcome]
) -> tuple[Diagnostic, ...]:
    """The diagnostics of an apply, in their order; the first of each cause names the others."""
    skipped = {one.address for one in outcomes if one.outcome is Outcome.SKIPPED}
    failed = {_words(one) for one in found if one.address not in skipped}

    def cause(one: Diagnostic) -> _Cause:
        # What failed on one target explains nothing on another.
        return _words(one), one.target if _words(one) in failed else None

    heads: dict[_Cause, Diagnostic] = {}
    for one in sorted(found, key=lambda one: one.address in skipped):
        heads.setdefault(cause(one), one)
    others: dict[_Cause, list[Address]] = defaultdict(list)
    kept = []
    for one in found:
        head = heads[cause(one)]
        if one is head or one.address is None or one.address not in skipped:
            kept.append(one)
        elif one.address != head.address:
            others[cause(one)].append(one.address)
    return tuple(
        _naming(one, others[cause(one)]) if one is heads[cause(one)] else one for one in kept
    )


def _words(found: Diagnostic) -> str:
    return without_outcome(found.summary)


def _naming(found: Diagnostic, others: Sequence[Address]) -> Diagnostic:
    if not others:
        return found
    number = "1 more campaign" if len(others) == 1 else f"{len(others):,} more campaigns"
    names = ", ".join(map(str, others[:_NAMED]))
    more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
    also = f"For the same reason nothing was sent for {number}: {names}{more}."
    return replace(found, detail=f"{found.detail}\n{also}".lstrip("\n"))
