"""Pages that shift: somebody deletes and creates campaigns between two pages."""

import json
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest

from reconciler.providers.wire import WireRequest
from reconciler.simulator.core import Reaction, Simulator
from reconciler.simulator.faults import Fault, FaultKind

NAME = "Campaign renewal"
_CREATES = "/campaign"


def fill_two_pages(simulator: Simulator) -> list[str]:
    """50 campaigns before `NAME` in the vendor's order and 5 after it: it is the first of page 2.

    The ids of the 50, which fill page 1: the vendor grants no larger page.
    """
    simulator.change_switches({"kore": {"list_maximum": 50}})
    ids = [seeded(simulator, f"Aaa {number:03}") for number in range(50)]
    for number in range(5):
        seeded(simulator, f"Zoo {number}")
    return ids


def seeded(simulator: Simulator, name: str, status: str = "Ready") -> str:
    return simulator.seed_kore(
        {"name": name, "campaignType": "sms", "status": status, "contactLists": ["Open Bills"]}
    )


class ChangingAccount:
    """Actions at the vendor while requests are in flight, over the real socket."""

    def __init__(self, simulator: Simulator, patch: pytest.MonkeyPatch) -> None:
        self.simulator = simulator
        self._react = simulator.react
        self._deeds: Iterator[Callable[[], None]] = iter(())
        self._at_create: Callable[[], None] | None = None
        patch.setattr(simulator, "react", self._watched)

    def shift(self, victims: list[str], *, replace: bool, walks: int = 1) -> None:
        """While page 2 is requested, delete a campaign, and create another one with `replace`.

        In this many walks over the pages from now on.
        """

        def deed() -> None:
            self.simulator.console.remove(victims.pop())
            if replace:
                seeded(self.simulator, f"Zzz {len(victims)}")

        self._deeds = repeat(deed, walks)

    def refuse_create(self, deed: Callable[[], None]) -> None:
        """Answer the next create with 409 after creating the campaign."""
        body = '{"status": "error", "message": "conflict"}'
        fault = Fault(kind=FaultKind.STATUS, match="kore.create", value=409, body=body)
        self.simulator.faults.add(fault)
        self._at_create = deed

    def _watched(self, request: WireRequest) -> Reaction:
        if self._at_create and request.method == "POST" and request.path.endswith(_CREATES):
            self._at_create()
            self._at_create = None
        if "getAllCampaignDetails" in request.path and json.loads(request.body)["page"] == 2:
            deed = next(self._deeds, None)
            if deed is not None:
                deed()
        return self._react(request)
