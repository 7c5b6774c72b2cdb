"""The calls of the providers: declared, listed on the vendors' pages, and no others sent."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import dropwhile, takewhile
from pathlib import Path
from uuid import UUID

import pytest

from reconciler.providers.carecycle.api import ENDPOINTS as CARECYCLE
from reconciler.providers.endpoint import Endpoint
from reconciler.providers.kore.api import ENDPOINTS as KORE
from reconciler.providers.wire import WireRequest
from reconciler.resources.writes import Impossible, Operation, Recurrence, Write
from reconciler.simulator.core import Simulator
from reconciler.simulator.store import Store
from reconciler.testing.account import Account
from tests.contract.accounts import Simulated, made
from tests.support.vendor_calls import Call, call_of, calls

PAGES = Path(__file__).parents[2] / "docs" / "vendors"
VENDORS = {"kore": KORE, "carecycle": CARECYCLE}


def listed(vendor: str, *, used: bool) -> set[Call]:
    """The calls of a page's last table that are used, or those that are not."""
    page = (PAGES / f"{vendor}.md").read_text("utf-8")
    section = page.partition("The calls that reconciler makes\n")[2]
    shorts = dict(re.findall(r"`(\w+)`\sis\s`(/[^`]+)`", section.partition("|")[0]))
    header, _, *rows = _table(section)
    apis = [cell.removeprefix("api ") for cell in header]
    found = set()
    for row in rows:
        if row[-1].startswith("not used: ") is used:
            continue
        for api, cell in zip(apis, row, strict=True):
            for method, path in re.findall(r"`([A-Z]+) ([^`]+)`", cell):
                short, slash, rest = path.partition("/")
                whole = f"{shorts[short] if short else ''}{slash}{rest}"
                found.add((api, method, re.sub(r"\{\w+\}", "{}", whole)))
    return found


def _table(section: str) -> Iterator[list[str]]:
    below = dropwhile(lambda line: not line.startswith("|"), section.splitlines())
    for line in takewhile(lambda line: line.startswith("|"), below):
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_page_lists_the_calls_that_are_made(vendor: str) -> None:
    declared = {call_of(endpoint) for endpoint in VENDORS[vendor]}
    assert listed(vendor, used=True) == declared
    assert not listed(vendor, used=False) & declared


@pytest.mark.parametrize(
    ("vendor", "expected"), [("kore", {"v1": 15, "v2": 16}), ("carecycle", {"v2": 22})]
)
def test_a_page_lists_every_call_that_the_vendor_documents(
    vendor: str, expected: dict[str, int]
) -> None:
    """Different methods and paths.

    See docs/vendors/kore.md 3.1 to 3.3 and docs/vendors/carecycle.md 3.
    """
    everything = listed(vendor, used=True) | listed(vendor, used=False)
    assert {api: sum(call[0] == api for call in everything) for api in expected} == expected


def operation_of(simulator: Simulator, call: Call) -> str:
    """The operation that the simulator finds for a call; empty if it does not serve it."""
    _, method, path = call
    simulator.handle(WireRequest(method, path.replace("{}", str(UUID(int=0)))))
    return simulator.requests()[-1].operation


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_simulator_serves_the_calls_that_are_made_and_no_others(vendor: str) -> None:
    # Its last part is in the place of a campaign's id, and is refused as an id.
    as_an_id = ("v2", "GET", "/v2/campaigns/appointment-configs")
    with Store() as store:
        simulator = Simulator(store)
        assert all(operation_of(simulator, call) for call in listed(vendor, used=True))
        others = listed(vendor, used=False) - {as_an_id}
        assert {call for call in others if operation_of(simulator, call)} == set()


def all_operations(account: Account) -> None:
    """Every operation of the provider, one after the other."""
    account.provider.contact_lists()
    remote_id = account.create()
    account.send(account.update(remote_id, "description", "Another text."))
    start = account.clock.now() + timedelta(days=1)
    on = Recurrence(every=1, start=start, end=start + timedelta(days=9))
    for operation, recurrence in (
        (Operation.SCHEDULE, on),
        (Operation.SCHEDULE, None),
        (Operation.START, None),
        (Operation.STOP, None),
        (Operation.DELETE, None),
    ):
        write = account.write(operation, account.full(remote_id))
        send_if_possible(account, replace(write, recurrence=recurrence))


def send_if_possible(account: Account, write: Write) -> None:
    if not isinstance(account.provider.requests(write), Impossible):
        account.send(write)


def without(endpoints: tuple[Endpoint, ...], api: str, *operations: str) -> set[Call]:
    return {call_of(e) for e in endpoints if e.api == api and e.operation not in operations}


@pytest.mark.parametrize(
    ("case", "trigger_path", "expected"),
    [
        ("v1-simple", "trigger", without(KORE, "v1")),
        ("v1-agentless", "trigger", without(KORE, "v1")),
        ("v2-simple", "trigger", without(KORE, "v2", "start-plain", "stop-plain")),
        ("v2-preview", "plain", without(KORE, "v2", "start", "stop")),
        ("carecycle-care", "trigger", without(CARECYCLE, "v2")),
    ],
)
def test_exactly_the_declared_calls_are_made(
    case: str, trigger_path: str, expected: set[Call]
) -> None:
    with Store() as store:
        account = made(case, store)
        assert isinstance(account, Simulated)
        if trigger_path == "plain":
            account.provider = account.world.kore(trigger_path=trigger_path)
        all_operations(account)
        assert calls(account.world.simulator.requests()) == expected
