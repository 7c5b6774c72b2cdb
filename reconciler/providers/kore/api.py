"""Where a Kore.ai target is: what its URLs and headers are made of (docs/vendors/kore.md 1, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.providers.endpoint import by_operation
from reconciler.providers.kore.endpoints import ENDPOINTS, PLAIN
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation, PlannedRequest

CHANNEL_OF = {"kore_sms_campaign": "sms", "kore_voice_campaign": "voice"}
TYPE_OF = {channel: type_ for type_, channel in CHANNEL_OF.items()}
_ENDPOINTS = {api: by_operation(ENDPOINTS, api) for api in ("v1", "v2")}


class Call(NamedTuple):
    """Where a request goes."""

    method: str
    path: str

    def request(
        self, operation: Operation, query: Mapping[str, str], body: Tree | None = None
    ) -> PlannedRequest:
        """A write that goes there."""
        return PlannedRequest(
            operation=operation, method=self.method, path=self.path, query=query, body=body
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreSettings:
    """One target. `api` is `v1` or `v2`; every call uses that version and never the other."""

    base_url: str
    api: str
    app_id: str
    path_id: str
    account_id: str
    message_encoding: str | None = None
    """`plain`, `base64` or `base64-percent`; None is the vendor's own habit per version."""
    trigger_path: str = "trigger"

    def call(self, operation: str, remote_id: str = "") -> Call:
        """Method and path of a call; what starts and stops has one path, and no other is tried."""
        if self.api == "v2" and self.trigger_path == "plain":
            operation = PLAIN.get(operation, operation)
        endpoint = _ENDPOINTS[self.api][operation]
        return Call(endpoint.method, endpoint.at(app=self.path_id, campaign=remote_id))

    def query(self, **more: str) -> Mapping[str, str]:
        """The query of a call: v2 wants the account in every one of them.

        See docs/vendors/kore.md 7.11.
        """
        return more if self.api == "v1" else {"accountId": self.account_id, **more}

    def headers(self, token: str) -> Mapping[str, str]:
        """The headers of every call."""
        return {"auth": token, "iid": self.app_id, "accountid": self.account_id}
