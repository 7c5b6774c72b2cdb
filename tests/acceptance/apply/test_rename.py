"""A campaign with a new name is the same campaign: renamed by an update, never created twice."""

import json
from dataclasses import dataclass

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.unknown_create import as_sent

NEW = "Campaign new"


@dataclass
class Vendor:
    """One vendor's campaign as this file declares it."""

    project: Project
    simulator: Simulator
    care: bool

    def write(self, name: str, **metadata: object) -> None:
        document = sms("renewal")
        document["spec"] = {**dict(document["spec"]), "name": name}  # type: ignore[call-overload]
        if self.care:
            document |= {"kind": "CareCycleCampaign", "spec": {"name": name, "redial": True}}
        document["metadata"] = {"name": "renewal", **metadata}
        self.project.write("renewal.json", json.dumps(document))

    def seed(self, name: str) -> str:
        if self.care:
            return self.simulator.seed_carecycle({"name": name, "redial": True})
        return self.simulator.seed_kore({**as_sent(), "name": name})

    @property
    def update(self) -> str:
        return "PATCH" if self.care else "PUT"

    def names(self) -> list[object]:
        return [campaign["name"] for campaign in self.simulator.campaigns()]

    def sent(self) -> list[str]:
        return [request.method for request in self.simulator.requests(mutating=True)]


@pytest.fixture(params=["kore v1", "kore v2", "carecycle"])
def vendor(request: pytest.FixtureRequest, project: Project, simulator: Simulator) -> Vendor:
    api = "v1" if request.param == "kore v1" else "v2"
    project.configure(api=api)
    return Vendor(project, simulator, request.param == "carecycle")


def test_a_managed_campaign_is_renamed_by_an_update(run_line: Line, vendor: Vendor) -> None:
    vendor.write("Campaign old")
    run_line("apply", "--auto-approve")
    vendor.simulator.clear_requests()
    vendor.write(NEW)
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in run_line("plan").out
    assert run_line("apply", "--auto-approve").code == 0
    assert (vendor.names(), vendor.sent()) == ([NEW], [vendor.update])
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_former_name_finds_the_campaign_that_the_ledger_does_not_know(
    run_line: Line, vendor: Vendor
) -> None:
    vendor.seed("Campaign old")
    vendor.write(NEW, formerNames=["Campaign older", "Campaign old"])
    plan = run_line("plan").out
    assert "a live campaign has its former name" in plan
    assert '"Campaign old" -> "Campaign new"' in plan
    assert "1 to import, 0 to add, 1 to change" in plan
    assert run_line("apply", "--auto-approve").code == 6
    assert vendor.sent() == []
    applied = run_line("apply", "--auto-approve", "--allow", "adopt-change")
    assert applied.code == 0, applied.err
    assert (vendor.names(), vendor.sent()) == ([NEW], [vendor.update])
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_a_former_name_that_is_left_in_the_manifest_changes_nothing(
    run_line: Line, vendor: Vendor
) -> None:
    vendor.write(NEW, formerNames=["Campaign old"])
    run_line("apply", "--auto-approve")
    vendor.seed("Campaign old")
    assert run_line("plan", "--detailed-exitcode").code == 0


def test_the_name_counts_before_a_former_name(run_line: Line, vendor: Vendor) -> None:
    vendor.seed("Campaign old")
    remote_id = vendor.seed(NEW)
    vendor.write(NEW, formerNames=["Campaign old"])
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["change"]["importing"] == {"id": remote_id}


def test_two_former_names_that_are_both_live_are_ambiguous(run_line: Line, vendor: Vendor) -> None:
    ids = [vendor.seed(f"Campaign {word}") for word in ("old", "older")]
    vendor.write(NEW, formerNames=["Campaign older", "Campaign old"])
    result = run_line("plan")
    assert result.code == 1
    assert all(one in result.err for one in ids)


def test_a_pin_says_which_of_two_campaigns_with_the_same_name_is_meant(
    run_line: Line, vendor: Vendor
) -> None:
    first, second = vendor.seed("Campaign old"), vendor.seed("Campaign old")
    vendor.write("Campaign old")
    ambiguous = run_line("plan")
    assert ambiguous.code == 1
    assert first in ambiguous.err
    assert second in ambiguous.err
    vendor.write("Campaign old", remoteId=second)
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["change"]["importing"] == {"id": second}


def test_a_pinned_campaign_is_renamed_whatever_it_was_called(
    run_line: Line, vendor: Vendor
) -> None:
    remote_id = vendor.seed("Something else")
    vendor.write(NEW, remoteId=remote_id)
    assert run_line("apply", "--auto-approve", "--allow", "adopt-change").code == 0
    assert (vendor.names(), vendor.sent()) == ([NEW], [vendor.update])


def test_a_pin_that_leads_nowhere_creates_nothing(run_line: Line, vendor: Vendor) -> None:
    vendor.write(NEW, remoteId="cd-99999999-aaaa-5bbb-8ccc-dddddddddddd")
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert "metadata.remoteId names cd-99999999" in result.err
    assert vendor.sent() == []


def test_two_pinned_campaigns_can_have_the_same_name(run_line: Line, vendor: Vendor) -> None:
    first, second = vendor.seed("Campaign old"), vendor.seed("Campaign old")
    vendor.write("Campaign old", remoteId=first)
    twin = json.loads((vendor.project.folder / "campaigns" / "renewal.json").read_text("utf-8"))
    twin["metadata"] = {"name": "twin", "remoteId": second}
    vendor.project.write("twin.json", json.dumps(twin))
    assert run_line("validate").code == 0
    assert "Plan: 2 to import, 0 to add" in run_line("plan").out


def test_a_pin_on_one_of_two_manifests_with_the_same_name_creates_nothing(
    run_line: Line, vendor: Vendor
) -> None:
    first = vendor.seed("Campaign old")
    vendor.write("Campaign old", remoteId=first)
    twin = json.loads((vendor.project.folder / "campaigns" / "renewal.json").read_text("utf-8"))
    twin["metadata"] = {"name": "twin"}
    vendor.project.write("twin.json", json.dumps(twin))
    result = run_line("apply", "--auto-approve")
    assert result.code == 1
    assert (
        "is already managed by kore_sms_campaign.renewal" in result.err or "carecycle" in result.err
    )
    assert vendor.sent() == []


def test_a_carecycle_id_may_be_written_in_capitals(
    run_line: Line, project: Project, simulator: Simulator
) -> None:
    remote_id = simulator.seed_carecycle({"name": "Check-up"})
    assert run_line("import", remote_id.upper()).code == 0
    (path,) = (project.folder / "campaigns").glob("*")
    text = path.read_text("utf-8").replace(
        "metadata:", f"metadata:\n  remoteId: {remote_id.upper()}"
    )
    path.write_text(text, "utf-8")
    (change,) = run_line("plan", "--json").json["resource_changes"]
    assert change["change"]["importing"] == {"id": remote_id}
