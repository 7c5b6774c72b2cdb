"""Kore.ai's listing: body, filters, order and paging of getAllCampaignDetails.

See docs/vendors/kore.md 4.4.
"""

from datetime import datetime

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import CampaignQuery
from reconciler.simulator.context import SimulatorContext, VendorCall, listed_from
from reconciler.simulator.faults import FaultKind
from reconciler.simulator.kore import records
from reconciler.simulator.kore.rules import MODES, invalid
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import NoAnswer, Refused, branch, milliseconds, text

_STATUSES = frozenset(
    {
        *("Active", "Completed", "Ready", "Paused", "Preparing", "Stopped"),
        *("Scheduled", "Rescheduled"),
    }
)
_DAY = 86_400_000
_MOST = 10**9
_NUMBERS = ("limit", "skip", "page")


def listing(world: SimulatorContext, call: VendorCall, shelf: str) -> Tree:
    """One page of the campaigns of a type, as thin rows."""
    body, switches = call.body, world.switches.kore
    kind = call.fault.kind if call.fault else None
    channel = text(body, "type")
    if channel not in ("sms", "voice"):
        raise invalid("type must be voice or sms")
    limit, skip = _paging(body, switches)
    total, found = world.store.campaigns.page(
        CampaignQuery(
            vendor="kore",
            account=shelf,
            channel=channel,
            now=world.now(),
            filters=_filters(branch(body, "filters"), switches),
            period=_period(world, body),
            order=_order(body, switches),
            shuffle=world.store.count("shuffles") if switches.unstable_order else 0,
            limit=min(limit, switches.list_maximum),
            offset=0 if switches.paging == "ignored" else listed_from(call, skip),
        )
    )
    flows = _flow_names(world, call.account) if channel == "voice" else {}
    rows: list[JsonValue] = [
        records.row(
            records.as_read(world, campaign),
            call.api,
            switches,
            flows.get(str(campaign.document.get("experienceFlow")), ""),
        )
        for campaign in found
    ]
    if kind is FaultKind.LIST_WRONG_TOTAL:
        total += 1
    more = skip + limit < total or kind is FaultKind.LIST_REPEATS_PAGE
    return {
        "results": rows,
        "skip": skip,
        "limit": limit,
        "hasMore": more or switches.has_more_on_last_page,
        "totalPages": -(-total // limit),
        "totalResults": total,
    }


def _flow_names(world: SimulatorContext, account: str) -> dict[str, str]:
    flows = world.store.objects("kore_flow", account)
    return {text(flow, "id"): text(flow, "name") for flow in flows}


def _number(body: Tree, key: str) -> int | None:
    value = body.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise invalid(f"{key} must be a number or an empty string")
    return value


def _paging(body: Tree, switches: KoreSwitches) -> tuple[int, int]:
    if switches.empty_numbers == "refused" and "" in map(body.get, _NUMBERS):
        raise invalid("limit, skip and page must be numbers")
    limit = _number(body, "limit") or switches.list_default
    if limit > switches.list_maximum:
        limit = _over_maximum(limit, switches)
    skip, page = _number(body, "skip"), _number(body, "page")
    by_page = (max(page, 1) - 1) * limit if page is not None else 0
    if switches.paging == "sum":
        return limit, (skip or 0) + by_page
    if switches.paging == "page_wins":
        return limit, by_page if page is not None else skip or 0
    return limit, by_page if skip is None else skip


def _over_maximum(limit: int, switches: KoreSwitches) -> int:
    """The limit that replaces one that is too high."""
    if switches.over_maximum == "refused":
        raise Refused("large-page", f"limit is over {switches.list_maximum}")
    if switches.over_maximum == "error":
        raise Refused("broken", "Internal server error")
    if switches.over_maximum == "no_answer":
        raise NoAnswer
    return limit if switches.over_maximum == "cut" else switches.list_maximum


def _order(body: Tree, switches: KoreSwitches) -> list[tuple[str, bool]]:
    asked = branch(body, "sortBy")
    if asked and switches.sort_needs_name and "name" not in asked:
        raise invalid("sortBy.name must be included")
    order = []
    for key, direction in asked.items():
        if key not in ("name", "createdAt", "updatedAt") or direction not in ("asc", "desc"):
            raise invalid("sortBy takes name, createdAt, updatedAt with asc or desc")
        order.append((key, direction == "asc"))
    return order or [("createdAt", False)]


def _filters(asked: Tree, switches: KoreSwitches) -> dict[str, list[str]]:
    allowed: dict[str, frozenset[str]] = {
        "status": _STATUSES,
        "priority": frozenset("12345"),
        "dialingMode": frozenset(MODES),
    }
    if switches.agentless_filter == "refused":
        allowed["dialingMode"] -= {"Agentless"}
    filters = {}
    for key, values in allowed.items():
        wanted = asked.get(key)
        if wanted is None or wanted == []:
            continue
        if not isinstance(wanted, list) or any(str(value) not in values for value in wanted):
            raise invalid(f"filters.{key} has an unknown value")
        filters[key] = [str(value) for value in wanted]
    return filters


def _period(world: SimulatorContext, body: Tree) -> tuple[str, int, int] | None:
    switches, now = world.switches.kore, world.now()
    if switches.date_filter == "ignored":
        return None
    first, last = _moment(body, "startDate"), _moment(body, "endDate")
    if first is None and last is None:
        if switches.default_window_days is None:
            return None
        first = now - switches.default_window_days * _DAY
    return switches.date_filter, first or 0, last if last is not None else now + _DAY


def _moment(body: Tree, key: str) -> int | None:
    value = body.get(key)
    if value is None or value == "":
        return None
    try:
        return milliseconds(datetime.fromisoformat(str(value)))
    except ValueError:
        raise invalid(f"{key} must be an ISO time") from None
