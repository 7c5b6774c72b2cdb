from pathlib import Path

from reconciler.address import Address
from reconciler.apply.unknown.unrecorded_id import keep_for_recovery
from reconciler.resources.ledger_records import Intent
from tests.support.apply_world import START

INTENT = Intent(
    address=Address("kore_sms_campaign", "renewal"),
    generation=1,
    target="main",
    type="kore_sms_campaign",
    channel="sms",
    name="secret name",
    spec={},
    seen_ids=(),
    run_id="plan-1",
    created_at=START,
)


def test_the_file_holds_no_text_of_the_campaign(tmp_path: Path) -> None:
    keep_for_recovery(tmp_path, INTENT, "cd-1", environment="test")
    (path,) = tmp_path.iterdir()
    assert "secret name" not in path.read_text()


def test_an_id_that_no_disk_takes_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    problem = keep_for_recovery(blocked, INTENT, "cd-1", environment="test")
    assert "cd-1" in problem.detail
    assert "note it down" in problem.detail
