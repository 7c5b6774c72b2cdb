"""Who may be contacted, into the block below the counts of a plan or above a start."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from reconciler.plan.model import Plan
from reconciler.plan.people import CampaignReach, Outreach, moment_in_words, people, widest_first
from reconciler.plan.reach import NEW, STARTED
from reconciler.render.values import foreign, quoted

_SHOWN = 10
_WIDEST = 44
"""The widest a column is padded to; a longer cell pushes the rest of its line."""


def plan_outreach(plan: Plan) -> str:
    """The sum, a line for each campaign for which something is new, and what is not certain."""
    return outreach_block(plan.outreach, plan_reaches(plan), now=plan.created_at)


def plan_reaches(plan: Plan) -> list[tuple[str, CampaignReach]]:
    """The campaigns for which something is new, with their people."""
    return [
        (str(one.address), one.reach)
        for one in plan.changes
        if one.reach is not None and one.reach.news
    ]


def outreach_block(
    outreach: Outreach, reaches: Iterable[tuple[str, CampaignReach]], *, now: datetime
) -> str:
    """The sum, at most ten campaigns with the widest first, and the notes."""
    rows, rest = outreach_rows(reaches, now=now)
    lines = [foreign(outreach.text), *_aligned(rows)]
    if rest:
        lines.append(f"  {rest}")
    lines += [f"  {foreign(note)}" for note in outreach.notes]
    return "\n".join(lines)


def outreach_rows(
    reaches: Iterable[tuple[str, CampaignReach]], *, now: datetime
) -> tuple[list[list[str]], str]:
    """The cells of at most ten campaigns, the widest first, and a sentence about the others.

    The cells of a row: channel, address, records, lists, when, and what is new.
    """
    found = widest_first(reaches)
    rows = [_cells(address, reach, now=now) for address, reach in found[:_SHOWN]]
    rest = [reach for _, reach in found[_SHOWN:]]
    if not rest:
        return rows, ""
    who = "1 more campaign" if len(rest) == 1 else f"{len(rest)} more campaigns"
    return rows, f"and {who} with {people(sum(r.least for r in rest))}"


def _cells(address: str, reach: CampaignReach, *, now: datetime) -> list[str]:
    return [
        reach.channel,
        foreign(address),
        _records(reach),
        ", ".join(quoted(one.name) for one in reach.lists) or "people whom the vendor selects",
        _when(reach, now=now),
        _news(reach),
    ]


def _records(reach: CampaignReach) -> str:
    if not reach.lists:
        return ""
    if reach.records is None:
        return "size unknown" if not reach.least else f"{reach.least:,} and size unknown"
    if reach.runs > 1:
        return f"{reach.runs:,} x {reach.records:,} = {reach.runs * reach.records:,}"
    return f"{reach.records:,}"


def _when(reach: CampaignReach, *, now: datetime) -> str:
    if reach.earliest_at is None:
        return "whenever the vendor starts it"
    begins = (
        "now"
        if reach.earliest_at <= now
        else moment_in_words(reach.earliest_at, reach.zone, now=now)
    )
    if reach.until is None:
        return begins
    zone = ZoneInfo(reach.zone)
    first, last = (moment.astimezone(zone) for moment in (reach.earliest_at, reach.until))
    if first.date() == last.date() and begins != "now":
        return f"{begins}, until {last:%H:%M}"
    end = moment_in_words(reach.until, reach.zone, now=now)
    if first.date() == last.date():
        end = end.partition(f"{last:%b} ")[2]
    return f"{begins}, until {end}"


def _news(reach: CampaignReach) -> str:
    if not reach.news or reach.news[0] in (NEW, STARTED):
        return "".join(reach.news[:1])
    return f"new {', '.join(reach.news)}"


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [
        max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0)
        for column in zip(*rows, strict=True)
    ]
    for row in rows:
        cells = [
            cell.rjust(width) if place == 2 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
