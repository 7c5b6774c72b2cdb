"""Where a CareCycle target is (docs/vendors/carecycle.md 1, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass

API = "v2"
TYPE = "carecycle_campaign"
CHANNEL = "campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCycleSettings:
    """One target. Its key sees exactly one client, so nothing else names the account."""

    base_url: str


def headers(key: str) -> Mapping[str, str]:
    """The headers of every call."""
    return {"x-api-key": key}
