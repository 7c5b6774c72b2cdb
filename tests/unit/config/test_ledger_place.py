from pathlib import Path

import pytest

from reconciler.config.ledger_place import require_allowed_state
from reconciler.errors import InvalidInput
from tests.support.project_files import problems, project, written


@pytest.mark.parametrize(
    ("listed", "state", "allowed"),
    [
        ("s3://bucket/team", "s3://bucket/team", True),
        ("s3://bucket/team/", "s3://bucket/team/a", True),
        ("s3://bucket", "s3://bucket/team", True),
        ("s3://bucket/team", "s3://bucket/team-b", False),
        ("s3://bucket/team", "s3://bucket", False),
        ("s3://bucket", "gs://bucket", False),
        ("s3://bucket", "s3://bucket-of-others/x", False),
        ("gs://a, az://b/c", "az://b/c/d", True),
        ("", "s3://bucket", False),
        ("", ".reconciler/state.db", True),
        ("", "state.db", False),
        ("", ".reconciler-x/state.db", False),
    ],
)
def test_in_ci_a_place_must_be_listed(
    tmp_path: Path, listed: str, state: str, allowed: bool
) -> None:
    found = project(tmp_path, written(f"state: {state}"))
    environ = {"CI": "1", "RECONCILER_ALLOWED_STATE": listed}
    if allowed:
        require_allowed_state(found, environ)
        return
    with pytest.raises(InvalidInput, match="is not allowed here") as refused:
        require_allowed_state(found, environ)
    (told,) = refused.value.diagnostics
    assert f"RECONCILER_ALLOWED_STATE={listed}" in told.detail
    assert str(told.source) == "reconciler.yaml:3:8"


@pytest.mark.parametrize("value", ["", "0", "false", "no"])
def test_elsewhere_every_place_is_allowed_unless_some_are_listed(
    tmp_path: Path, value: str
) -> None:
    found = project(tmp_path, written("state: s3://bucket/x"))
    require_allowed_state(found, {"CI": value})
    with pytest.raises(InvalidInput):
        require_allowed_state(found, {"RECONCILER_ALLOWED_STATE": "s3://other"})


@pytest.mark.parametrize("place", ["b/../c", "b/%2e%2e/c", "k:canary@b", "b?canary", "b//c", "b/."])
def test_a_url_that_could_mean_another_place_is_an_error(tmp_path: Path, place: str) -> None:
    (found,) = problems(tmp_path, written(f"state: s3://{place}"))
    assert found.code == "state"
    assert "canary" not in repr(found)
