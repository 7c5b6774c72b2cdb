"""Campaigns of both vendors into rows of one table, and queries into pages of campaigns.

The columns are what is sorted and filtered by; `document` holds the other fields.

Used under the lock of `store.Store`. Times are milliseconds since 1970.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.resources.tree import Tree

SCHEMA = """
CREATE TABLE IF NOT EXISTS campaigns (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, vendor TEXT NOT NULL, account TEXT NOT NULL,
  channel TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, due INTEGER, due_status TEXT NOT NULL, list_from INTEGER NOT NULL,
  get_from INTEGER NOT NULL, hidden_lists INTEGER NOT NULL, hidden_gets INTEGER NOT NULL,
  document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS campaigns_by_name ON campaigns
  (vendor, account, channel, name, created, seq, list_from, hidden_lists);
CREATE INDEX IF NOT EXISTS campaigns_by_creation ON campaigns
  (vendor, account, channel, created, seq, list_from, hidden_lists);
CREATE INDEX IF NOT EXISTS campaigns_due ON campaigns (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS campaigns_hidden ON campaigns (hidden_lists) WHERE hidden_lists > 0;
"""
_COLUMNS = (
    "id, vendor, account, channel, status, created, updated, due, due_status, list_from, get_from, "
    "hidden_lists, hidden_gets, document"
)
SORTABLE = {
    "name": "name",
    "createdAt": "created",
    "updatedAt": "updated",
    "status": "status",
    "startDate": "json_extract(document, '$.startDate')",
}
FILTERABLE = {
    "status": "status",
    "priority": "json_extract(document, '$.priority')",
    "dialingMode": "json_extract(document, '$.dialingMode')",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as the server keeps it; `document` is never changed in place."""

    id: str
    vendor: str
    account: str
    channel: str
    status: str
    created: int
    updated: int
    document: Tree
    due: int | None = None
    """When `status` becomes `due_status`; if that is empty, the campaign is deleted."""
    due_status: str = ""
    list_from: int = 0
    """Not listed before this time."""
    get_from: int = 0
    hidden_lists: int = 0
    """Not listed for this many more listings."""
    hidden_gets: int = 0

    @property
    def name(self) -> str:
        """The name as sent."""
        return str(self.document["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignQuery:
    """Which campaigns a page of a listing shows, and in which order."""

    vendor: str
    account: str
    channel: str
    now: int
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A key of `FILTERABLE`, and the values that pass the filter."""
    search: str = ""
    """A text that the name or description contains, in any case."""
    period: tuple[str, int, int] | None = None
    """`createdAt` or `updatedAt`, and its first and last millisecond."""
    order: Sequence[tuple[str, bool]] = ()
    """Keys of `SORTABLE`, True for ascending; equal rows follow in order of creation."""
    shuffle: int = 0
    """Above 0, each number gives another order of equal rows."""
    limit: int = 50
    offset: int = 0


class Campaigns:
    """Reads and writes of the table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, campaign: Campaign) -> None:
        """Insert a campaign, or replace the one with the same id."""
        found = campaign
        self._connection.execute(
            f"INSERT INTO campaigns ({_COLUMNS}, name) "  # noqa: S608 - our own words
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "status = excluded.status, created = excluded.created, updated = excluded.updated, "
            "due = excluded.due, due_status = excluded.due_status, "
            "list_from = excluded.list_from, get_from = excluded.get_from, "
            "hidden_lists = excluded.hidden_lists, hidden_gets = excluded.hidden_gets, "
            "document = excluded.document, name = excluded.name",
            (
                *(found.id, found.vendor, found.account, found.channel, found.status),
                *(found.created, found.updated, found.due, found.due_status),
                *(found.list_from, found.get_from, found.hidden_lists, found.hidden_gets),
                *(json.dumps(found.document), found.name),
            ),
        )

    def get(self, campaign_id: str) -> Campaign | None:
        """The campaign with this id, hidden or not."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM campaigns WHERE id = ?",  # noqa: S608 - our own words
            (campaign_id,),
        ).fetchone()
        return None if row is None else _campaign(row)

    def delete(self, campaign_id: str) -> None:
        """Delete a campaign."""
        self._connection.execute("DELETE FROM campaigns WHERE id = ?", (campaign_id,))

    def all(self) -> list[Campaign]:
        """Every campaign of every account, hidden ones too, in order of creation."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM campaigns ORDER BY seq"  # noqa: S608 - our own words
        ).fetchall()
        return [_campaign(row) for row in rows]

    def named(self, vendor: str, account: str, name: str, *, any_case: bool) -> list[Campaign]:
        """The campaigns of all channels with this name, oldest first."""
        test = "lower(name) = lower(?)" if any_case else "name = ?"
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM campaigns "  # noqa: S608 - our own words
            f"WHERE vendor = ? AND account = ? AND {test} ORDER BY seq",
            (vendor, account, name),
        ).fetchall()
        return [_campaign(row) for row in rows]

    def users(self, vendor: str, account: str) -> list[tuple[str, str, str, str]]:
        """For each use of a contact list: its name, and the campaign's id, name and status."""
        rows = self._connection.execute(
            "SELECT list.value, campaigns.id, campaigns.name, campaigns.status "
            "FROM campaigns, json_each(campaigns.document, '$.contactLists') AS list "
            "WHERE vendor = ? AND account = ? ORDER BY seq",
            (vendor, account),
        ).fetchall()
        return [(str(row[0]), str(row[1]), str(row[2]), str(row[3])) for row in rows]

    def advance(self, now: int) -> None:
        """Carry out the changes of status and the deletions that are due."""
        due = self._connection.execute(
            "SELECT 1 FROM campaigns WHERE due IS NOT NULL AND due <= ? LIMIT 1", (now,)
        ).fetchone()
        if due is not None:
            self._connection.execute(
                "DELETE FROM campaigns WHERE due <= ? AND due_status = ''", (now,)
            )
            self._connection.execute(
                "UPDATE campaigns SET status = due_status, updated = due, due = NULL "
                "WHERE due <= ?",
                (now,),
            )

    def page(self, selection: CampaignQuery) -> tuple[int, list[Campaign]]:
        """The number of all selected campaigns, and the campaigns of the page."""
        where, values = _where(selection)
        order = [
            f"{SORTABLE[key]} {'ASC' if rising else 'DESC'}" for key, rising in selection.order
        ]
        order.append(
            f"(seq * {selection.shuffle} * 7919) % 10007" if selection.shuffle else "seq ASC"
        )
        (total,) = self._connection.execute(
            f"SELECT COUNT(*) FROM campaigns WHERE {where}",  # noqa: S608 - our own words
            values,
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM campaigns WHERE {where} "  # noqa: S608 - our own words
            f"ORDER BY {', '.join(order)} LIMIT ? OFFSET ?",
            (*values, selection.limit, selection.offset),
        ).fetchall()
        self._connection.execute(
            "UPDATE campaigns SET hidden_lists = hidden_lists - 1 "
            "WHERE hidden_lists > 0 AND vendor = ? AND account = ? AND channel = ?",
            (selection.vendor, selection.account, selection.channel),
        )
        return int(total), [_campaign(row) for row in rows]


def _where(selection: CampaignQuery) -> tuple[str, list[str | int]]:
    tests = ["vendor = ?", "account = ?", "channel = ?", "list_from <= ?", "hidden_lists = 0"]
    values: list[str | int] = [
        *(selection.vendor, selection.account, selection.channel, selection.now)
    ]
    for key, wanted in selection.filters.items():
        tests.append(f"{FILTERABLE[key]} IN ({', '.join('?' * len(wanted))})")
        values += wanted
    if selection.search:
        described = "coalesce(json_extract(document, '$.description'), '')"
        tests.append(f"instr(lower(name || ' ' || {described}), ?)")
        values.append(selection.search.lower())
    if selection.period is not None:
        key, first, last = selection.period
        tests.append(f"{SORTABLE[key]} BETWEEN ? AND ?")
        values += (first, last)
    return " AND ".join(tests), values


def _campaign(row: tuple[str | int | None, ...]) -> Campaign:
    (id_, vendor, account, channel, status, created, updated, due, *rest) = row
    (due_status, list_from, get_from, hidden_lists, hidden_gets, document) = rest
    return Campaign(
        id=str(id_),
        vendor=str(vendor),
        account=str(account),
        channel=str(channel),
        status=str(status),
        created=int(created or 0),
        updated=int(updated or 0),
        document=json.loads(str(document)),
        due=None if due is None else int(due),
        due_status=str(due_status),
        list_from=int(list_from or 0),
        get_from=int(get_from or 0),
        hidden_lists=int(hidden_lists or 0),
        hidden_gets=int(hidden_gets or 0),
    )
