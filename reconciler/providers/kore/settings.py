"""Where a Kore.ai target is: what its URLs and headers are made of (api/kore.md 1, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

CHANNEL_OF = {"kore_sms_campaign": "sms", "kore_voice_campaign": "voice"}
TYPE_OF = {channel: type_ for type_, channel in CHANNEL_OF.items()}


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

    @property
    def root(self) -> str:
        """The path that every campaign call starts with."""
        prefix = "agentassist/api/v1" if self.api == "v1" else "campaign/api/v2"
        return f"/{prefix}/public/{self._app}/campaign"

    @property
    def _app(self) -> str:
        return quote(self.path_id, safe="")

    def campaign(self, remote_id: str) -> str:
        """The path of one campaign."""
        return f"{self.root}/{quote(remote_id, safe='')}"

    def trigger(self, remote_id: str) -> str:
        """The path that starts or stops a campaign (api/kore.md 3.1, 3.3); no other is tried."""
        if self.api == "v1":
            return f"/campaign/api/v1/public/{self._app}/campaign/{quote(remote_id, safe='')}"
        if self.trigger_path == "plain":
            return self.campaign(remote_id)
        return f"{self.root}/trigger/{quote(remote_id, safe='')}"

    def query(self, **more: str) -> Mapping[str, str]:
        """The query of a call: v2 wants the account in every one of them (api/kore.md 7.11)."""
        return more if self.api == "v1" else {"accountId": self.account_id, **more}

    def headers(self, token: str) -> Mapping[str, str]:
        """The headers of every call."""
        return {"auth": token, "iid": self.app_id, "accountid": self.account_id}
