"""What the sessions of one run share."""

from dataclasses import replace
from pathlib import Path

from reconciler.workflow.session import Options, Session
from tests.support.cli import PROJECT

WRITTEN = PROJECT.format(url="https://platform.kore.ai", api="v2", more="")


def test_a_project_file_that_changes_during_a_run_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "reconciler.yaml"
    allowed = {"RECONCILER_ALLOWED_HOSTS": "platform.kore.ai"}
    file.write_text(WRITTEN, "utf-8")
    session = Session(Options(directory=tmp_path), environ=allowed)
    before = session.project
    file.write_text(WRITTEN.replace("staging", "prod"), "utf-8")
    assert replace(session, options=replace(session.options, refresh_all=True)).project is before
