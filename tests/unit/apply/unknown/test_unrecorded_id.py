from pathlib import Path

from reconciler.apply.unknown.unrecorded_id import keep_for_recovery
from tests.support.campaigns import desired, intent

INTENT = intent(desired(), name="secret name", spec={})


def test_the_file_holds_no_text_of_the_campaign(tmp_path: Path) -> None:
    keep_for_recovery(tmp_path, INTENT, "cd-1", environment="test")
    (path,) = tmp_path.iterdir()
    assert "secret name" not in path.read_text()


def test_an_id_that_cannot_be_written_to_disk_is_printed(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    problem = keep_for_recovery(blocked, INTENT, "cd-1", environment="test")
    assert "cd-1" in problem.detail
    assert "note it down" in problem.detail
