"""Kore.ai's paths into operations (docs/vendors/kore.md 3.1 to 3.3)."""

import re

from reconciler.providers.wire import WireRequest
from reconciler.simulator.context import Route

_BASES = {
    "/agentassist/api/v1": "P1",
    "/campaign/api/v1": "T1",
    "/campaign/api/v2": "P2",
    "/api/v2": "A2",
}
_PATH = re.compile(
    rf"(?P<base>{'|'.join(re.escape(base) for base in _BASES)})"
    r"/public/(?P<app>[^/]+)/campaign(?P<rest>/.*)?"
)
_BOTH = "P1 P2"
# Prefixes, method, rest of the path, operation, name in switch `aliases`. The first match counts.
_TABLE = (
    (_BOTH, "POST", "", "create", ""),
    ("A2", "POST", "", "create", "create_api"),
    (_BOTH, "POST", "/getAllCampaignDetails", "list", ""),
    (_BOTH, "POST", "/contactList/getAllListDetails", "contact_lists", ""),
    ("P2", "POST", "/schedule", "schedule", ""),
    ("P2", "POST", "/trigger/ID", "trigger", "trigger"),
    ("P2", "POST", "//trigger/ID", "trigger", "trigger_double_slash"),
    ("A2", "POST", "/trigger/ID", "trigger", "trigger_api"),
    ("T1", "POST", "/ID", "trigger", ""),
    ("P2", "POST", "/ID", "trigger", "trigger_plain"),
    (_BOTH, "GET", "/ID", "get", ""),
    (_BOTH, "PUT", "/ID", "update", ""),
    (_BOTH, "DELETE", "/ID", "delete", ""),
)
_ROUTES = tuple(
    (bases.split(), method, re.compile(rest.replace("ID", "(?P<id>[^/]+)")), operation, alias)
    for bases, method, rest, operation, alias in _TABLE
)
MUTATING = frozenset({"create", "update", "delete", "start", "stop", "schedule"})


def route(request: WireRequest, aliases: frozenset[str]) -> Route | None:
    """The operation of a request, None for a path that the vendor does not have."""
    path = _PATH.fullmatch(request.path)
    if path is None:
        return None
    base, rest = _BASES[path["base"]], path["rest"] or ""
    for bases, method, pattern, operation, alias in _ROUTES:
        if base in bases and method == request.method and (not alias or alias in aliases):
            found = pattern.fullmatch(rest)
            if found is not None:
                return Route(
                    operation=_precise(operation, request),
                    api="v2" if base in ("P2", "A2") else "v1",
                    app=path["app"],
                    target=found.groupdict().get("id", ""),
                )
    return None


def _precise(operation: str, request: WireRequest) -> str:
    if operation == "trigger":
        return "stop" if request.query.get("trigger") == "stop" else "start"
    return operation
