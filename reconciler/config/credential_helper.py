"""A credential helper's name into what its command prints.

The project file names a helper, and the operator's `RECONCILER_EXEC_NAME` holds its command line.
It is run without a shell, and never from a relative place: the working folder may hold a stranger's
files.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from reconciler.config.secrets import EXEC_PREFIX
from reconciler.providers.masking import Masking
from reconciler.providers.redaction import redacted

_SECONDS = 10.0
_SHORTEST_SECRET = 6


class HelperFailed(Exception):
    """The helper gave no value; `advice` says what to do, or what it wrote to standard error."""

    def __init__(self, summary: str, advice: str = "") -> None:
        super().__init__(summary)
        self.advice = advice


def run_helper(name: str, environ: Mapping[str, str]) -> bytes:
    """What the helper writes to standard output; raises `HelperFailed`."""
    arguments = _arguments(name, environ)
    try:
        with subprocess.Popen(  # noqa: S603 - an argument list of the operator, without a shell
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=_SECONDS)
            except BaseException:
                _end(process)
                raise
    except subprocess.TimeoutExpired:
        raise HelperFailed(f"did not finish within {_SECONDS:g} s") from None
    except OSError as problem:
        raise HelperFailed(f"cannot be run: {problem.strerror}", _check(name)) from None
    if process.returncode != 0:
        raise HelperFailed(
            f"exited with code {process.returncode}", _said(err, out, environ) or _check(name)
        )
    return out


def _arguments(name: str, environ: Mapping[str, str]) -> list[str]:
    variable = EXEC_PREFIX + name
    line = environ.get(variable, "")
    try:
        words = shlex.split(line)
    except ValueError:
        raise HelperFailed(f"has a command line with an open quote: {variable}") from None
    if not words:
        example = f"{variable}='COMMAND ARGUMENTS'"
        raise HelperFailed("has no command", f"Set {example} where reconciler runs.")
    program = _program(words[0], environ.get("PATH", ""))
    if program is None:
        raise HelperFailed(
            "cannot be run: there is no such command",
            f"{variable} must begin with a command on PATH, or with an absolute path. Relative "
            "folders on PATH are not searched.",
        )
    return [program, *words[1:]]


def _program(word: str, path: str) -> str | None:
    if "/" in word or os.sep in word:
        return shutil.which(word) if Path(word).is_absolute() else None
    for folder in map(Path, path.split(os.pathsep)):
        found = shutil.which(str(folder / word)) if folder.is_absolute() else None
        if found is not None:
            return found
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the helper and what it started, which might keep its output open."""
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _check(name: str) -> str:
    return f"Check {EXEC_PREFIX}{name}."


def _said(err: bytes, out: bytes, environ: Mapping[str, str]) -> str:
    """Standard error, without values that may be secret: the environment's, and its own output."""
    known = {out.decode("utf-8", "replace").strip(), *environ.values()}
    secrets = sorted((one for one in known if len(one) >= _SHORTEST_SECRET), key=len, reverse=True)
    return redacted(err.decode("utf-8", "replace").strip(), Masking(secrets))
