"""The endpoints of Kore.ai's campaign API, and what it can do.

See docs/vendors/kore.md 1, 3 and 13.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.providers.endpoint import Endpoint, by_operation
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation, PlannedRequest

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


CHANNEL_OF = {"kore_sms_campaign": "sms", "kore_voice_campaign": "voice"}
TYPE_OF = {channel: type_ for type_, channel in CHANNEL_OF.items()}
_ENDPOINTS = {api: by_operation(ENDPOINTS, api) for api in ("v1", "v2")}


class RequestLine(NamedTuple):
    """The method and path of a request."""

    method: str
    path: str

    def request(
        self, operation: Operation, query: Mapping[str, str], body: Tree | None = None
    ) -> PlannedRequest:
        """A write with this method and path."""
        return PlannedRequest(
            operation=operation, method=self.method, path=self.path, query=query, body=body
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreSettings:
    """A target. `api` is `v1` or `v2`; every call uses that version and never the other."""

    base_url: str
    api: str
    app_id: str
    path_id: str
    account_id: str
    message_encoding: str | None = None
    """`plain`, `base64` or `base64-percent`; None is the encoding of the vendor's samples."""
    trigger_path: str = "trigger"

    def call(self, operation: str, remote_id: str = "") -> RequestLine:
        """Method and path of a call; for start and stop it is a single path, no other is tried."""
        if self.api == "v2" and self.trigger_path == "plain":
            operation = PLAIN.get(operation, operation)
        endpoint = _ENDPOINTS[self.api][operation]
        return RequestLine(endpoint.method, endpoint.at(app=self.path_id, campaign=remote_id))

    def query(self, **more: str) -> Mapping[str, str]:
        """The query of a call: v2 needs the account in every query.

        See docs/vendors/kore.md 7.11.
        """
        return more if self.api == "v1" else {"accountId": self.account_id, **more}

    def headers(self, token: str) -> Mapping[str, str]:
        """The headers of every call."""
        return {"auth": token, "iid": self.app_id, "accountid": self.account_id}


_COMMON = (
    "creating or updating a campaign may start sending",
    "an update replaces the whole campaign; nothing locks it against other editors",
    "flow names, queues and approved template texts cannot be read back",
)
# docs/vendors/kore.md 6.9
_CONSOLE_ONLY = ("dispositions", "agent mapping lists", "monthly and yearly schedules")
_GLOBAL_LIST = "the account's Default Global DNC never applies to SMS"
_VOICE_ON_V1 = (
    "api v1 may refuse voice campaigns, which need a do-not-call list since release 11.20.0"
)
_V1 = ("api v1 cannot write do-not-call lists, and cannot schedule", _VOICE_ON_V1)


def capabilities(api: str) -> Capabilities:
    """The capabilities of API version `api`."""
    return Capabilities(
        provider="kore",
        channels=("sms", "voice"),
        create=Ability.YES,
        update=Ability.FULL_BODY,
        delete=Ability.YES,
        start=Ability.YES,
        stop=Ability.YES,
        schedule=Ability.YES if api == "v2" else Ability.NO,
        contact_lists=Ability.YES,
        may_send_on_write=True,
        settle=300.0,
        thin_rows=True,
        requests_per_minute=60,
        passing_statuses=("Preparing",),
        create_doubts={"voice": _VOICE_ON_V1} if api == "v1" else {},
        # docs/vendors/kore.md 6.2; a voice PUT seems to keep fields that it leaves out (6.3).
        drops_exclusion=("sms",) if api == "v1" else (),
        update_loses=_CONSOLE_ONLY,
        without_exclusion={"sms": _GLOBAL_LIST},
        notes=_COMMON + (_V1 if api == "v1" else ()),
    )
