import os
import sys
from pathlib import Path

import pytest

from reconciler.config.allowed_credentials import operator
from reconciler.config.credential_values import resolve_secret
from reconciler.config.secrets import SecretRef
from reconciler.diagnostics import Position, SourceRange
from reconciler.errors import ExitCode, InvalidInput
from reconciler.providers.discovery import built_in

PLACE = SourceRange("reconciler.yaml", Position(9, 3), code="token: canary")


def value(reference: SecretRef, environ: dict[str, str], root: Path) -> str:
    allowed = operator(environ, built_in())
    return resolve_secret(reference, provider="kore", root=root, allowed=allowed)


def refusal(reference: SecretRef, environ: dict[str, str], root: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        value(reference, environ, root)
    assert caught.value.exit_code is ExitCode.INVALID
    return caught.value.diagnostics[0].summary


def test_an_environment_variable_gives_the_value_without_its_line_break(tmp_path: Path) -> None:
    assert value(SecretRef("env", "KORE_A"), {"KORE_A": "x y\r\n"}, tmp_path) == "x y"
    assert value(SecretRef("text", "cs-1"), {}, tmp_path) == "cs-1"


def test_a_missing_variable_is_named_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        value(SecretRef("env", "KORE_JWT").located(PLACE), {}, tmp_path)
    (found,) = caught.value.diagnostics
    assert found.summary == "environment variable KORE_JWT is not set"
    assert str(found.source) == "reconciler.yaml:9:3"
    assert "Set it in this shell" in found.detail
    assert "canary" not in repr(found)


def test_what_is_not_allowed_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        value(SecretRef("env", "HOME").located(PLACE), {"HOME": "canary"}, tmp_path)
    (found,) = caught.value.diagnostics
    assert found.summary == "environment variable HOME is not allowed here for kore targets"
    assert "kore=HOME'" in found.detail
    assert str(found.source) == "reconciler.yaml:9:3"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("canary\x00", "characters"),
        ("canary\r\nhost: x", "characters"),
        ("canary\n\n", "characters"),
        ("canary\u4e00", "characters"),
    ],
)
def test_a_value_no_header_can_carry_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    found = refusal(SecretRef("env", "KORE_A"), {"KORE_A": text}, tmp_path)
    assert problem in found
    assert "canary" not in found


def test_a_file_gives_its_text(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("s3cr3t\n", encoding="utf-8")
    path.chmod(0o640)
    assert value(SecretRef("file", "key"), {}, tmp_path) == "s3cr3t"
    environ = {"KORE_KEY_FILE": str(path)}
    elsewhere = tmp_path / "elsewhere"
    assert value(SecretRef("file", "$KORE_KEY_FILE"), environ, elsewhere) == "s3cr3t"


def test_a_mounted_secret_is_a_link_in_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "key").write_text("s3cr3t", encoding="utf-8")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "key").symlink_to("..data/key")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    found = value(SecretRef("file", "$CREDENTIALS_DIRECTORY/key"), environ, tmp_path / "p")
    assert found == "s3cr3t"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_file_that_cannot_be_trusted_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for name, data, mode in (("open", b"x", 0o622), ("bytes", b"\xff", 0o600)):
        (root / name).write_bytes(data)
        (root / name).chmod(mode)
    (root / "large").write_bytes(b"x" * 70_000)
    (root / "large").chmod(0o600)
    (tmp_path / "outside").write_text("x", encoding="utf-8")
    (root / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe")
    told = {
        name: refusal(SecretRef("file", name), {}, root)
        for name in ("open", "bytes", "large", "link", "../outside", ".", "gone", "pipe")
    }
    assert told == {
        "open": "file open can be written by others",
        "bytes": "file bytes is not UTF-8",
        "large": "file large is too large for a credential",
        "link": "file link is outside the project",
        "../outside": "file ../outside is outside the project",
        ".": "file . cannot be read: not a regular file",
        "gone": "file gone cannot be read: No such file or directory",
        "pipe": "file pipe cannot be read: not a regular file",
    }


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert refusal(SecretRef("file", "a"), {}, tmp_path).startswith("file a ")


def test_a_helper_gives_what_it_prints(tmp_path: Path) -> None:
    environ = {"RECONCILER_EXEC_KORE_A": f"{sys.executable} -c 'print(7)'", "PATH": ""}
    assert value(SecretRef("exec", "KORE_A"), environ, tmp_path) == "7"
    told = refusal(SecretRef("exec", "KORE_B"), environ, tmp_path)
    assert told == "credential helper KORE_B has no command"


def test_a_helper_obeys_the_list(tmp_path: Path) -> None:
    environ = {"RECONCILER_EXEC_OTHER": f"{sys.executable} -c 'print(7)'"}
    told = refusal(SecretRef("exec", "OTHER"), environ, tmp_path)
    assert told == "credential helper OTHER is not allowed here for kore targets"
    listed = {**environ, "RECONCILER_ALLOWED_CREDENTIALS": "kore=OTHER"}
    assert value(SecretRef("exec", "OTHER"), listed, tmp_path) == "7"
