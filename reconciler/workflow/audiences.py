"""Read who else contacts the people of a plan or of a start: list sizes, and campaigns beside it.

Used after the campaigns themselves were read, for the targets where it matters.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import AuthenticationFailed, ReadFailed, ReconcilerError
from reconciler.plan.reach import contact_lists, is_under_way
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.workflow.reading import Reads, of_target

_MOST = 10
"""How many campaigns are read only for their calling hours."""


def read_audiences(
    snapshots: Mapping[str, TargetSnapshot],
    providers: Mapping[str, Provider],
    names: Mapping[str, Collection[str]],
) -> Reads:
    """The same snapshots, with the sizes of the contact lists of the targets in `names`.

    The contact lists that `names` has for a target may be used by others. So the rows of channels
    that were not listed yet are read as well, and the calling hours of campaigns that contact such
    a list now: of at most ten, and whoever has no known hours counts as calling at any time.
    """
    found = dict(snapshots)
    errors: list[ReconcilerError] = []
    for name, lists in names.items():
        snapshot, provider = found[name], providers[name]
        try:
            found[name] = _with_audience(snapshot, provider, lists)
        except ReconcilerError as problem:
            found[name] = replace(snapshot, problem=of_target(problem, name))
            errors.append(problem)
    return Reads(found, tuple(errors))


def _with_audience(
    snapshot: TargetSnapshot, provider: Provider, lists: Collection[str]
) -> TargetSnapshot:
    channels = provider.capabilities.channels if lists else ()
    others = [name for name in channels if name not in snapshot.listings]
    rows = tuple(row for name in others for row in provider.list(name).items)
    snapshot = replace(snapshot, neighbours=rows)
    hours = dict(_with_hours(snapshot, provider, frozenset(lists)))
    snapshot = replace(snapshot, details={**snapshot.details, **hours})
    try:
        snapshot = replace(snapshot, contact_lists=provider.contact_lists())
    except (ReadFailed, AuthenticationFailed) as problem:
        # The campaigns were read, so only the lists' sizes and names are unknown.
        note = _lists_unread(problem, snapshot.target)
        snapshot = replace(snapshot, notes=(*snapshot.notes, note))
    return replace(snapshot, requests=provider.requests_sent)


def _with_hours(
    snapshot: TargetSnapshot, provider: Provider, lists: frozenset[str]
) -> Iterator[tuple[str, Live]]:
    """Full readings of campaigns that contact a list now, and of which only a row was read."""
    busy = (
        row
        for row in snapshot.everybody()
        if row.thin
        and row.remote_id not in snapshot.details
        and is_under_way(row, provider.capabilities)
        and not lists.isdisjoint(contact_lists(row.spec))
    )
    for row in islice(busy, _MOST):
        try:
            live = provider.get(row.type, row.remote_id, row)
        except ReadFailed:
            continue
        if live is not None:
            yield row.remote_id, live


def _lists_unread(problem: ReconcilerError, name: str) -> Diagnostic:
    first = problem.diagnostics[0]
    return warning(
        "contact-lists-not-read",
        first.summary,
        "The sizes of the contact lists are not known, and their names were not checked.",
        target=name,
    )
