"""What the sessions of one run share."""

from dataclasses import replace
from pathlib import Path

from reconciler.workflow.session import Options, Session

PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: https://platform.kore.ai
        appId: a
        accountId: b
        auth: {token: {env: KORE_JWT}}
"""


def test_a_project_file_that_changes_during_a_run_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "reconciler.yaml"
    file.write_text(PROJECT, "utf-8")
    session = Session(Options(directory=tmp_path), environ={})
    before = session.project
    file.write_text(PROJECT.replace("staging", "prod"), "utf-8")
    assert replace(session, options=replace(session.options, refresh_all=True)).project is before
