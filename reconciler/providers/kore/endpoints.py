"""The calls of Kore.ai's API that are made; there are no others.

See docs/vendors/kore.md 3.1 to 3.3.
"""

from reconciler.providers.endpoint import Endpoint

_P1 = "/agentassist/api/v1/public/{app}/campaign"
_T1 = "/campaign/api/v1/public/{app}/campaign"
_P2 = "/campaign/api/v2/public/{app}/campaign"

PLAIN = {"start": "start-plain", "stop": "stop-plain"}
"""The same operations with `triggerPath: plain`."""

ENDPOINTS = (
    Endpoint("v1", "create", "POST", _P1),
    Endpoint("v1", "get", "GET", f"{_P1}/{{campaign}}"),
    Endpoint("v1", "update", "PUT", f"{_P1}/{{campaign}}"),
    Endpoint("v1", "delete", "DELETE", f"{_P1}/{{campaign}}"),
    Endpoint("v1", "list", "POST", f"{_P1}/getAllCampaignDetails"),
    Endpoint("v1", "start", "POST", f"{_T1}/{{campaign}}"),
    Endpoint("v1", "stop", "POST", f"{_T1}/{{campaign}}"),
    Endpoint("v1", "contact-lists", "POST", f"{_P1}/contactList/getAllListDetails"),
    Endpoint("v2", "create", "POST", _P2),
    Endpoint("v2", "get", "GET", f"{_P2}/{{campaign}}"),
    Endpoint("v2", "update", "PUT", f"{_P2}/{{campaign}}"),
    Endpoint("v2", "delete", "DELETE", f"{_P2}/{{campaign}}"),
    Endpoint("v2", "list", "POST", f"{_P2}/getAllCampaignDetails"),
    Endpoint("v2", "start", "POST", f"{_P2}/trigger/{{campaign}}"),
    Endpoint("v2", "stop", "POST", f"{_P2}/trigger/{{campaign}}"),
    Endpoint("v2", PLAIN["start"], "POST", f"{_P2}/{{campaign}}"),
    Endpoint("v2", PLAIN["stop"], "POST", f"{_P2}/{{campaign}}"),
    Endpoint("v2", "schedule", "POST", f"{_P2}/schedule"),
    Endpoint("v2", "contact-lists", "POST", f"{_P2}/contactList/getAllListDetails"),
)
