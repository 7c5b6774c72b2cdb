from pathlib import Path

import pytest

from reconciler.config.allowed_credentials import (
    NoFolder,
    NotAllowed,
    Operator,
    operator,
    require_allowed,
)
from reconciler.config.secrets import SecretRef
from reconciler.providers.discovery import built_in

LIST = "RECONCILER_ALLOWED_CREDENTIALS"


def allowing(listed: str | None = None, **environ: str) -> Operator:
    given = environ if listed is None else {**environ, LIST: listed}
    return operator(given, built_in())


def advice(reference: SecretRef, provider: str, root: Path, allowed: Operator) -> str:
    with pytest.raises(NotAllowed) as caught:
        require_allowed(reference, provider, root, allowed)
    return f"{caught.value}. {caught.value.advice}"


@pytest.mark.parametrize("kind", ["env", "exec"])
@pytest.mark.parametrize(
    ("provider", "name", "allowed"),
    [
        ("kore", "KORE_JWT", True),
        ("kore", "CARECYCLE_KEY", False),
        ("carecycle", "CARECYCLE_KEY", True),
        ("carecycle", "KORE_JWT", False),
        ("kore", "RECONCILER_CREDENTIAL_X", True),
        ("carecycle", "RECONCILER_CREDENTIAL_X", True),
        ("other", "RECONCILER_CREDENTIAL_X", True),
        ("other", "KORE_JWT", False),
        ("kore", "AWS_SECRET_ACCESS_KEY", False),
        ("kore", "MY_KORE_JWT", False),
        ("kore", "RECONCILER_PLAN_KEY", False),
        ("kore", "reconciler_plan_key", False),
    ],
)
def test_without_a_list_each_provider_has_names_of_its_own(
    kind: str, provider: str, name: str, allowed: bool, tmp_path: Path
) -> None:
    reference = SecretRef(kind, name)
    if allowed:
        require_allowed(reference, provider, tmp_path, allowing())
    else:
        assert name in advice(reference, provider, tmp_path, allowing())


def test_a_list_replaces_the_names_and_may_name_a_provider(tmp_path: Path) -> None:
    allowed = allowing(" kore=PROD_TOKEN , TEAM_*,")
    for provider, name in (("kore", "PROD_TOKEN"), ("kore", "TEAM_A"), ("carecycle", "TEAM_A")):
        require_allowed(SecretRef("env", name), provider, tmp_path, allowed)
    for provider, name in (("carecycle", "PROD_TOKEN"), ("kore", "KORE_JWT")):
        assert "is not allowed here" in advice(SecretRef("env", name), provider, tmp_path, allowed)


def test_no_list_makes_a_setting_of_ours_a_credential(tmp_path: Path) -> None:
    allowed = allowing("*,RECONCILER_*,RECONCILER_PLAN_KEY")
    told = advice(SecretRef("env", "RECONCILER_PLAN_KEY"), "kore", tmp_path, allowed)
    assert "is a setting of reconciler and never a credential" in told


def test_the_line_to_set_keeps_what_was_allowed(tmp_path: Path) -> None:
    told = advice(SecretRef("env", "PROD_TOKEN"), "kore", tmp_path, allowing())
    assert told == (
        "environment variable PROD_TOKEN is not allowed here for kore targets. If it is meant for "
        "kore, set RECONCILER_ALLOWED_CREDENTIALS='kore=KORE_*,carecycle=CARECYCLE_*,"
        "RECONCILER_CREDENTIAL_*,kore=PROD_TOKEN' where reconciler runs."
    )
    told = advice(SecretRef("exec", "B"), "carecycle", tmp_path, allowing("A"))
    assert "credential helper B is not allowed here" in told
    assert "set RECONCILER_ALLOWED_CREDENTIALS=A,carecycle=B where" in told


def file(text: str) -> SecretRef:
    return SecretRef("file", text)


def test_a_relative_file_is_inside_the_project(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to("/etc")
    assert require_allowed(file("keys/a"), "kore", root, allowing()) == root / "keys" / "a"
    for text in ("../a", "link/passwd", "keys/../../a"):
        told = advice(file(text), "kore", root, allowing("*"))
        assert f"file {text} is outside the project" in told


@pytest.mark.parametrize("text", [".git/config", "a/../.git/x", ".reconciler/x", "sub/.GIT/x"])
def test_a_file_of_git_or_of_ours_is_never_a_credential(text: str, tmp_path: Path) -> None:
    assert "never a credential" in advice(file(text), "kore", tmp_path, allowing("*,/"))


def test_an_absolute_file_must_be_on_the_list(tmp_path: Path) -> None:
    secrets, root = tmp_path / "secrets", tmp_path / "project"
    secrets.mkdir()
    told = advice(file(f"{secrets}/kore"), "kore", root, allowing())
    assert f",kore={secrets}/kore' where reconciler runs" in told
    for listed in (f"{secrets}/kore", f"kore={secrets}", f"{tmp_path}/*/kore", f"{secrets}/"):
        found = require_allowed(file(f"{secrets}/kore"), "kore", root, allowing(listed))
        assert found == secrets / "kore"
    for listed in (f"{secrets}/kor", f"carecycle={secrets}", "*", f"{secrets}/*/kore"):
        advice(file(f"{secrets}/kore"), "kore", root, allowing(listed))


def test_the_list_is_compared_with_the_resolved_path(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "link").symlink_to("/etc/passwd")
    (tmp_path / "other-name").symlink_to(secrets)
    for text in (f"{secrets}/link", f"{secrets}/../../etc/passwd"):
        assert "is not allowed here" in advice(file(text), "kore", tmp_path, allowing(str(secrets)))
    found = require_allowed(
        file(f"{tmp_path}/other-name/a"), "kore", tmp_path, allowing(f"{tmp_path}/other-name")
    )
    assert found == secrets / "a"


@pytest.mark.parametrize("written", ["$CREDENTIALS_DIRECTORY/a", "${CREDENTIALS_DIRECTORY}/a"])
def test_a_file_may_be_below_a_folder_of_the_operator(written: str, tmp_path: Path) -> None:
    allowed = allowing(CREDENTIALS_DIRECTORY=str(tmp_path / "run"))
    found = require_allowed(file(written), "kore", tmp_path / "project", allowed)
    assert found == tmp_path / "run" / "a"


def test_a_file_may_begin_with_a_variable_on_the_list(tmp_path: Path) -> None:
    environ = {"KORE_TOKEN_FILE": str(tmp_path / "token"), "HOME": str(tmp_path)}
    allowed = allowing(**environ)
    found = require_allowed(file("$KORE_TOKEN_FILE"), "kore", tmp_path / "p", allowed)
    assert found == tmp_path / "token"
    assert "is not allowed here" in advice(file("$HOME/token"), "kore", tmp_path / "p", allowed)
    assert "is not allowed here" in advice(
        file("$KORE_TOKEN_FILE"), "carecycle", tmp_path / "p", allowed
    )


@pytest.mark.parametrize("rest", ["/../b", "/link", "//etc/passwd"])
def test_a_file_stays_below_its_variable(rest: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "link").symlink_to("/etc/passwd")
    allowed = allowing(CREDENTIALS_DIRECTORY=str(folder))
    told = advice(file(f"$CREDENTIALS_DIRECTORY{rest}"), "kore", tmp_path, allowed)
    assert "is outside $CREDENTIALS_DIRECTORY" in told


def test_a_variable_that_is_not_set_is_told_apart(tmp_path: Path) -> None:
    for value in ("", "relative"):
        with pytest.raises(NoFolder, match="does not hold an absolute path"):
            require_allowed(file("$KORE_DIR/a"), "kore", tmp_path, allowing(KORE_DIR=value))
