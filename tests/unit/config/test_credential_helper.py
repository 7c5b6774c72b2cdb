import os
import shlex
import sys
from pathlib import Path

import pytest

from reconciler.config import credential_helper
from reconciler.config.credential_helper import HelperFailed, run_helper


def environ(*words: str, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "RECONCILER_EXEC_KORE_TOKEN": shlex.join(words), **more}


def python(code: str, **more: str) -> dict[str, str]:
    return environ(sys.executable, "-c", code, **more)


def failure(given: dict[str, str]) -> str:
    with pytest.raises(HelperFailed) as caught:
        run_helper("KORE_TOKEN", given)
    return f"{caught.value}. {caught.value.advice}"


def test_the_operators_command_line_is_run() -> None:
    assert run_helper("KORE_TOKEN", python("print('s3cr3t')")) == b"s3cr3t\n"


def test_no_shell_reads_the_line() -> None:
    given = {**environ(), "RECONCILER_EXEC_KORE_TOKEN": "echo '$HOME; ls' `id` | cat"}
    assert run_helper("KORE_TOKEN", given) == b"$HOME; ls `id` | cat\n"


def test_a_helper_sees_the_operators_variables() -> None:
    code = "import os; print(os.environ['VAULT'])"
    assert run_helper("KORE_TOKEN", python(code, VAULT="v")) == b"v\n"


def test_without_a_line_the_message_says_what_to_set() -> None:
    told = failure({"PATH": os.environ["PATH"]})
    assert "has no command" in told
    assert "Set RECONCILER_EXEC_KORE_TOKEN='COMMAND ARGUMENTS' where reconciler runs." in told


def test_an_open_quote_is_told_without_the_line() -> None:
    told = failure({"RECONCILER_EXEC_KORE_TOKEN": "op 'canary"})
    assert "open quote: RECONCILER_EXEC_KORE_TOKEN" in told
    assert "canary" not in told


@pytest.mark.parametrize("word", ["helper", "./helper", "bin/helper", "no-such-command"])
def test_nothing_is_run_from_a_relative_place(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    for place in ("helper", "bin/helper"):
        (tmp_path / place).write_text("#!/bin/sh\necho pwned\n", "utf-8")
        (tmp_path / place).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    told = failure(environ(word, PATH=f":.:bin:{os.environ['PATH']}"))
    assert "there is no such command" in told


def test_standard_error_is_shown_without_secrets() -> None:
    code = "import sys; print('s3cr3t-value'); sys.exit('denied: s3cr3t-value, t0ken-of-vault')"
    told = failure(python(code, VAULT="t0ken-of-vault"))
    assert told == "exited with code 1. denied: ***, ***"
    silent = failure(python("raise SystemExit(3)"))
    assert silent == "exited with code 3. Check RECONCILER_EXEC_KORE_TOKEN."


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_a_helper_that_hangs_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(credential_helper, "_SECONDS", 0.3)
    told = failure(environ("sh", "-c", "sleep 60 & sleep 60"))
    assert told.startswith("did not finish within 0.3 s")


def test_a_file_that_cannot_be_executed_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    assert "cannot be run" in failure(environ(str(broken)))
