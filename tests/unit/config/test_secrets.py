import sys
from pathlib import Path

import pytest
from pydantic_core import PydanticCustomError

from reconciler.config.secrets import SecretRef, parse_id, parse_reference, resolve_secret
from reconciler.diagnostics import Position, SourceRange
from reconciler.errors import ExitCode, InvalidInput

PLACE = SourceRange("reconciler.yaml", Position(9, 3), code="token: canary")


def refusal(reference: SecretRef, environ: dict[str, str], root: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        resolve_secret(reference, environ, root)
    assert caught.value.exit_code is ExitCode.INVALID
    return caught.value.diagnostics[0].summary


def test_a_reference_is_written_in_one_of_three_ways() -> None:
    assert parse_reference({"env": "A"}) == SecretRef("env", ("A",))
    assert parse_reference({"file": "a/b"}) == SecretRef("file", ("a/b",))
    assert parse_reference({"exec": ["op", "read"]}) == SecretRef("exec", ("op", "read"))
    assert parse_id("cs-1") == SecretRef("text", ("cs-1",))


@pytest.mark.parametrize(
    "value",
    [
        *("canary", 5, None, ["canary"], {}, {"env": ""}, {"env": ["A"]}, {"exec": "ls"}),
        *({"exec": []}, {"exec": [1]}, {"env": "A", "file": "b"}, {"value": "canary"}),
        {"file": "a\0canary"},
    ],
)
def test_anything_else_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_reference(value)
    assert "canary" not in caught.value.message()


def test_an_environment_variable_gives_the_value_without_its_line_break(tmp_path: Path) -> None:
    assert resolve_secret(SecretRef("env", ("A",)), {"A": "x y\r\n"}, tmp_path) == "x y"
    assert resolve_secret(SecretRef("text", ("cs-1",)), {}, tmp_path) == "cs-1"


def test_a_missing_variable_is_named_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve_secret(SecretRef("env", ("KORE_JWT",)).located(PLACE), {}, tmp_path)
    (found,) = caught.value.diagnostics
    assert found.summary == "environment variable KORE_JWT is not set"
    assert str(found.source) == "reconciler.yaml:9:3"
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("canary\x00", "characters"),
        ("canary\r\nhost: x", "characters"),
        ("canary\n\n", "characters"),
        ("canary\u4e00", "characters"),
    ],
)
def test_a_value_no_header_can_carry_is_refused(value: str, problem: str, tmp_path: Path) -> None:
    found = refusal(SecretRef("env", ("A",)), {"A": value}, tmp_path)
    assert problem in found
    assert "canary" not in found


def test_a_file_gives_its_text(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("s3cr3t\n", encoding="utf-8")
    path.chmod(0o640)
    assert resolve_secret(SecretRef("file", ("key",)), {}, tmp_path) == "s3cr3t"
    assert resolve_secret(SecretRef("file", (str(path),)), {}, tmp_path / "elsewhere") == "s3cr3t"


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
    told = {
        name: refusal(SecretRef("file", (name,)), {}, root)
        for name in ("open", "bytes", "large", "link", "../outside", ".", "gone")
    }
    assert told == {
        "open": "file open can be written by others",
        "bytes": "file bytes is not UTF-8",
        "large": "file large is too large for a credential",
        "link": "file link is outside the project",
        "../outside": "file ../outside is outside the project",
        ".": "file . is not a regular file",
        "gone": "file gone cannot be read: No such file or directory",
    }


ALLOW = {"RECONCILER_ALLOW_EXEC": "1"}


def command(code: str) -> SecretRef:
    return SecretRef("exec", (sys.executable, "-c", code))


def test_a_command_is_run_only_where_the_operator_allows_it(tmp_path: Path) -> None:
    reference = command("print('s3cr3t')")
    assert "was not run" in refusal(reference, {}, tmp_path)
    assert "was not run" in refusal(reference, {"RECONCILER_ALLOW_EXEC": "true"}, tmp_path)
    assert resolve_secret(reference, ALLOW, tmp_path) == "s3cr3t"


def test_a_command_gets_no_shell_and_a_fixed_path(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['PATH'], sys.argv[1])"
    reference = SecretRef("exec", (sys.executable, "-c", code, "$HOME; ls"))
    found = resolve_secret(reference, {**ALLOW, "PATH": str(tmp_path)}, tmp_path)
    assert found == "/usr/local/bin:/usr/bin:/bin $HOME; ls"


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        (command("raise SystemExit('canary')"), "exited with code 1"),
        (command("import os; os.write(1, b'\\xff')"), "is not UTF-8"),
        (SecretRef("exec", ("no-such-command",)), "cannot be run"),
    ],
)
def test_a_command_that_fails_is_told_without_its_words(
    reference: SecretRef, problem: str, tmp_path: Path
) -> None:
    found = refusal(reference, ALLOW, tmp_path)
    assert problem in found
    assert "canary" not in found


def test_a_command_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.config.secrets._EXEC_SECONDS", 0.2)
    reference = command("import threading; threading.Event().wait()")
    assert "did not finish within 0.2 s" in refusal(reference, ALLOW, tmp_path)


def test_origins_are_told_in_words() -> None:
    kinds = [("env", "A"), ("file", "a"), ("exec", "/usr/bin/op"), ("text", "x")]
    assert [SecretRef(kind, (word,)).origin for kind, word in kinds] == [
        "environment variable A",
        "file a",
        "command op",
        "the project file",
    ]
