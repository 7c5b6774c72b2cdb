"""Indexes the live campaigns of a listing by id and by name; pure."""

from collections.abc import Iterable

from reconciler.resources.base import Kind, Live, RunState
from reconciler.resources.marker import marker_of
from reconciler.resources.name_key import name_key
from reconciler.resources.snapshot import TargetSnapshot


class ListingIndex:
    """The live campaigns of one target and kind, by id and by name."""

    def __init__(self, kind: Kind, rows: Iterable[Live]) -> None:
        self._match_name = kind.match_name
        self.by_id: dict[str, Live] = {}
        self._named: dict[str, list[Live]] = {}
        self._alike: dict[str, list[Live]] = {}
        self._marked: dict[str, list[Live]] = {}
        for row in rows:
            if row.type != kind.type:
                continue
            self.by_id[row.remote_id] = row
            self._named.setdefault(kind.match_name(row.name), []).append(row)
            self._alike.setdefault(name_key(row.name), []).append(row)
            mark = marker_of(row.observed)
            if mark and row.state is not RunState.ARCHIVED:
                self._marked.setdefault(mark, []).append(row)

    def named(self, name: str) -> tuple[Live, ...]:
        """Campaigns with that name, without archived campaigns."""
        return tuple(row for row in self._all_named(name) if row.state is not RunState.ARCHIVED)

    def marked(self, mark: str) -> tuple[Live, ...]:
        """Campaigns with that mark, without archived campaigns."""
        return tuple(self._marked.get(mark, ()))

    def ids_alike(self, name: str) -> tuple[str, ...]:
        """Ids of all campaigns whose names look like that one, including archived campaigns."""
        alike = (*self._all_named(name), *self._alike.get(name_key(name), ()))
        return tuple(sorted({row.remote_id for row in alike}))

    def archived(self, name: str) -> tuple[Live, ...]:
        """Archived campaigns whose names look like that one."""
        ids = self.ids_alike(name)
        rows = (self.by_id[remote_id] for remote_id in ids)
        return tuple(row for row in rows if row.state is RunState.ARCHIVED)

    def near_twins(self, name: str) -> tuple[Live, ...]:
        """Campaigns with another name that looks like that one, without archived campaigns."""
        wanted = self._match_name(name)
        return tuple(
            row
            for row in self._alike.get(name_key(name), ())
            if self._match_name(row.name) != wanted and row.state is not RunState.ARCHIVED
        )

    def _all_named(self, name: str) -> list[Live]:
        return self._named.get(self._match_name(name), [])


def index_listing(snapshot: TargetSnapshot, kind: Kind) -> ListingIndex | None:
    """The index of a kind's channel; None when that channel was not read."""
    listing = snapshot.listings.get(kind.channel)
    return None if listing is None else ListingIndex(kind, listing.items)
