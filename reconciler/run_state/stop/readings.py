"""Read one target's campaigns for an emergency stop, repeatedly, into cases.

A listing shows which campaigns exist. Only reading the campaign itself proves that it is gone: a
listing of several pages may miss a campaign if another one disappears from an earlier page
meanwhile. To find campaigns whose ids are not known, two such listings must show the same.
"""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from reconciler.clock import Clock
from reconciler.errors import ReadFailed, ReconcilerError
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.ledger_records import Intent, Moment
from reconciler.resources.snapshot import Listing
from reconciler.run_state.known_campaigns import Index, KnownCampaign
from reconciler.run_state.stop.campaign import StopCandidate, unread_campaign

AT_ONCE = 8
"""Requests in flight at once: one slow answer must not delay the others."""
_FEW = 20
"""Up to this many campaigns are read one by one, which is faster than listing an account."""


@dataclass(slots=True, kw_only=True)
class TargetReadings:
    """What is known of a target's campaigns; used by one thread, which has its own pool."""

    provider: Provider
    members: tuple[KnownCampaign, ...]
    account: bool
    """Whether to include every campaign of the account, ours or not."""
    clock: Clock
    settle: float
    """Seconds for which a reading may lack a campaign that was just written."""
    cases: dict[str, StopCandidate] = field(default_factory=dict)
    problems: dict[str, ReconcilerError] = field(default_factory=dict)
    """Why the last listing failed, by channel."""
    _asked: dict[str, Moment] = field(default_factory=dict)
    """When the latest listing was requested, by channel."""
    _walks: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids in the previous listing, by channel."""

    def know(self, members: tuple[KnownCampaign, ...]) -> None:
        """Look for these campaigns from now on."""
        self.members = members
        by_key = {(one.address, one.target): one for one in members}
        for case in self.cases.values():
            mine = (by_key.get((one.address, one.target), one) for one in case.members)
            case.members = tuple(mine)

    def unread(self) -> list[StopCandidate]:
        """The members to read one by one before the account is listed, as new cases.

        If there are many, these are a few of them, at first those that ran when last seen.
        """
        of_id = {one.remote_id: one for one in self.members if one.remote_id}
        first = sorted(of_id.values(), key=lambda one: (not one.likely, -one.records))
        if len(of_id) > _FEW:
            first = first[:AT_ONCE] if not self.cases else []
        new = [one for one in first if one.remote_id not in self.cases]
        return [self._case(unread_campaign(one)) for one in new]

    def likely(self) -> list[StopCandidate]:
        """The members that ran when last seen and have not been read yet, as new cases."""
        of_id = {one.remote_id: one for one in self.members if one.remote_id and one.likely}
        new = [one for one in of_id.values() if one.remote_id not in self.cases]
        return [self._case(unread_campaign(one)) for one in new]

    def at_few(self) -> bool:
        """Read all known campaigns one by one; False, without reading, if none or too many.

        A failed reading changes nothing.
        """
        cases = [case for case in self.cases.values() if not case.gone]
        if not 0 < len(cases) <= _FEW:
            return False
        with ThreadPoolExecutor(AT_ONCE, "read") as pool:
            list(pool.map(self.at, cases))
        return True

    def at_everything(self) -> None:
        """List each channel; read known campaigns that a listing lacks one by one."""
        capabilities = self.provider.capabilities
        channels = set(capabilities.channels) if self.account else set[str]()
        channels |= {one.channel for one in self.members}
        self.problems.clear()
        for channel in sorted(channels):
            mine = [one for one in self.members if one.channel == channel]
            listed: set[str] = set()
            begun_at = self.clock.now()
            try:
                listing = self.provider.list(channel)
            except ReconcilerError as problem:
                self.problems[channel] = problem
            else:
                self._asked[channel] = Moment(begun_at, listing.as_of)
                listed = self._take(listing.items, mine)
                self._compare(listing, mine)
            for member in mine:
                if member.remote_id and member.remote_id not in listed:
                    self._case(unread_campaign(member))
            self._one_by_one(channel, listed)

    def at(self, case: StopCandidate) -> bool:
        """Read one campaign; False if that shows neither the campaign nor that it is gone."""
        try:
            live = self.provider.get(case.live.type, case.live.remote_id)
        except ReconcilerError:
            return False
        if live is not None:
            # A pin may spell the vendor's id differently: it is still this case.
            _show(case, live)
            return True
        case.gone = not self._is_new(case)
        if not case.gone:
            case.trouble = case.trouble or "it is not listed yet"
        return case.gone

    def may_appear(self, intent: Intent) -> bool:
        """Whether the campaign of an open create may still appear in a listing.

        A denied create can no longer appear once the vendor has had time to list it.
        """
        asked = self._asked.get(intent.channel)
        if asked is None or not intent.denied:
            return True
        # The slower clock counts, because the intent's time is by the faster one.
        slower = min(asked.ours, asked.vendors or asked.ours)
        return (slower - intent.created_at).total_seconds() < self.settle

    def _take(self, rows: Iterable[Live], mine: list[KnownCampaign]) -> set[str]:
        index = Index(mine)
        listed = {row.remote_id: row for row in rows}
        for row in listed.values():
            by_name = [one for one in index.of_name(row) if _sought(one, listed)]
            members = (*index.of_id(row), *by_name)
            if row.remote_id in self.cases or members or self.account:
                self._note(row, members)
        return set(listed)

    def _compare(self, listing: Listing, mine: list[KnownCampaign]) -> None:
        channel, ids = listing.channel, frozenset(row.remote_id for row in listing.items)
        sought = self.account or not all(one.remote_id for one in mine)
        if sought and not listing.at_once and self._walks.get(channel) != ids:
            self.problems[channel] = ReadFailed(
                f"the listing of {channel} campaigns does not settle: a campaign may be missing",
                "Somebody is changing this account. Run it again; it is safe.",
            )
        self._walks[channel] = ids

    def _one_by_one(self, channel: str, listed: set[str]) -> None:
        missing = [
            case
            for remote_id, case in self.cases.items()
            if case.channel == channel and remote_id not in listed and not case.gone
        ]
        with ThreadPoolExecutor(AT_ONCE, "read") as pool:
            found = list(pool.map(self.at, missing))
        for case, shown in zip(missing, found, strict=True):
            case.seen = case.seen and shown

    def _is_new(self, case: StopCandidate) -> bool:
        """Whether it may be too new to be found."""
        now = self.clock.now()
        written = (one.written_at for one in case.members if one.written_at is not None)
        return any((now - moment).total_seconds() < self.settle for moment in written)

    def _note(self, row: Live, members: Iterable[KnownCampaign]) -> None:
        case = self._case(StopCandidate(row))
        more = [one for one in members if one not in case.members]
        case.members = (*case.members, *more)
        _show(case, row)

    def _case(self, case: StopCandidate) -> StopCandidate:
        return self.cases.setdefault(case.live.remote_id, case)


def _sought(member: KnownCampaign, listed: Collection[str]) -> bool:
    """Whether to look for it by name: not if its id is listed, unless a create is not settled."""
    return member.unsettled or member.remote_id not in listed


def _show(case: StopCandidate, live: Live) -> None:
    case.live, case.seen, case.gone = live, True, False
    case.before = case.before or live.status
