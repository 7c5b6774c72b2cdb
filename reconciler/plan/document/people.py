"""Who may be contacted, into a plan document and back; pure."""

from datetime import datetime

from reconciler.clock import timestamp
from reconciler.plan.document import ours as own
from reconciler.plan.people import CampaignReach, Outreach, ReachedList


def encode_outreach(found: Outreach) -> own.OutreachEntry:
    """The people of a whole plan."""
    return own.OutreachEntry(
        campaigns=found.campaigns,
        channels=list(found.channels),
        contact_lists=list(found.contact_lists),
        records=found.records,
        unknown_sizes=found.unknown_sizes,
        earliest_at=_text(found.earliest_at),
        text=found.text,
        notes=list(found.notes),
    )


def decode_outreach(entry: own.OutreachEntry) -> Outreach:
    """The reverse of `encode_outreach`; raises ValueError for a malformed time."""
    return Outreach(
        campaigns=entry.campaigns,
        channels=tuple(entry.channels),
        contact_lists=tuple(entry.contact_lists),
        records=entry.records,
        unknown_sizes=entry.unknown_sizes,
        earliest_at=_moment(entry.earliest_at),
        text=entry.text,
        notes=tuple(entry.notes),
    )


def encode_reach(reach: CampaignReach | None) -> own.ReachEntry | None:
    """The people of one campaign; None for nobody."""
    if reach is None:
        return None
    return own.ReachEntry(
        channel=reach.channel,
        lists=[own.ReachedListEntry(name=one.name, records=one.records) for one in reach.lists],
        records=reach.records,
        earliest_at=_text(reach.earliest_at),
        until=_text(reach.until),
        zone=reach.zone,
        own_clock_at=_text(reach.own_clock_at),
        news=list(reach.news),
        may_start=reach.may_start,
    )


def decode_reach(entry: own.ReachEntry | None) -> CampaignReach | None:
    """The reverse of `encode_reach`; raises ValueError for a malformed time."""
    if entry is None:
        return None
    return CampaignReach(
        channel=entry.channel,
        lists=tuple(ReachedList(one.name, one.records) for one in entry.lists),
        earliest_at=_moment(entry.earliest_at),
        until=_moment(entry.until),
        zone=entry.zone,
        own_clock_at=_moment(entry.own_clock_at),
        news=tuple(entry.news),
        may_start=entry.may_start,
    )


def _text(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
