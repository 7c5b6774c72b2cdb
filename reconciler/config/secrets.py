"""References to credentials into their values, just before they are needed.

Messages, diagnostics and representations show where a value comes from, never the value.
"""

import os
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from pydantic_core import PydanticCustomError

from reconciler.diagnostics import SourceRange, error
from reconciler.errors import InvalidInput

ALLOW_EXEC = "RECONCILER_ALLOW_EXEC"
_EXEC_PATH = "/usr/local/bin:/usr/bin:/bin"
_EXEC_SECONDS = 10
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a value is: `env`, `file`, `exec`, or `text` for an id that is not a secret.

    `source` is its place in the project file; the line is never shown.
    """

    kind: str
    words: tuple[str, ...]
    source: SourceRange | None = None

    @property
    def origin(self) -> str:
        """Where the value comes from, in words: `environment variable KORE_JWT`."""
        match self.kind:
            case "env":
                return f"environment variable {self.words[0]}"
            case "file":
                return f"file {self.words[0]}"
            case "exec":
                return f"command {Path(self.words[0]).name}"
            case _:
                return "the project file"

    def located(self, source: SourceRange | None) -> "SecretRef":
        """The same reference, with its place."""
        return replace(self, source=None if source is None else replace(source, code=""))


def parse_reference(value: object) -> SecretRef:
    """A reference as written; the error for anything else does not repeat the value."""
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "literal_secret",
            "write where the value is: {env: NAME}, {file: PATH} or {exec: [COMMAND]}; "
            "do not put the value itself in this file",
        )
    (kind, given) = next(iter(value.items())) if len(value) == 1 else ("", None)
    words = tuple(given) if isinstance(given, list) and kind == "exec" else (given,)
    texts = tuple(word for word in words if isinstance(word, str) and word and "\0" not in word)
    wrong = kind not in ("env", "file", "exec") or (kind == "exec") != isinstance(given, list)
    if wrong or not texts or len(texts) != len(words):
        raise PydanticCustomError(
            "reference", "write exactly one of {env: NAME}, {file: PATH}, {exec: [COMMAND]}"
        )
    return SecretRef(str(kind), texts)


def parse_id(value: object) -> SecretRef:
    """A reference, or plain text for an id that is not a secret."""
    if isinstance(value, str) and value:
        return SecretRef("text", (value,))
    return parse_reference(value)


def resolve_secret(reference: SecretRef, environ: Mapping[str, str], root: Path) -> str:
    """The value, without a final line break.

    Raises `InvalidInput` at the reference's place if there is no value, or if an HTTP header cannot
    carry it. `root` is the project's folder; relative paths start there.
    """
    match reference.kind:
        case "env":
            value = environ.get(reference.words[0])
            if value is None:
                _fail(reference, "is not set")
        case "file":
            value = _from_file(reference, root)
        case "exec":
            value = _from_command(reference, environ)
        case _:
            value = reference.words[0]
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        _fail(reference, "is empty")
    if not value.isprintable() or any(ord(character) > 0xFF for character in value):
        _fail(reference, "has characters that an HTTP header cannot carry")
    return value


def _fail(reference: SecretRef, what: str, detail: str = "") -> NoReturn:
    summary = f"{reference.origin} {what}"
    raise InvalidInput(
        summary,
        diagnostics=[error("credential", summary, detail, source=reference.source)],
    )


def _from_file(reference: SecretRef, root: Path) -> str:
    path = Path(reference.words[0])
    try:
        real = (root / path).resolve(strict=True)
        if not path.is_absolute() and not real.is_relative_to(root.resolve()):
            _fail(reference, "is outside the project", "If intended, write an absolute path.")
        mode = real.stat().st_mode
        if not stat.S_ISREG(mode):
            _fail(reference, "is not a regular file")
        if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
            _fail(reference, "can be written by others", "Make it 0600.")
        with real.open("rb") as stream:
            return _text(reference, stream.read(_LARGEST + 1))
    except OSError as fault:
        _fail(reference, f"cannot be read: {fault.strerror}")


def _from_command(reference: SecretRef, environ: Mapping[str, str]) -> str:
    if environ.get(ALLOW_EXEC) != "1":
        _fail(reference, "was not run", f"Set {ALLOW_EXEC}=1 to allow commands.")
    try:
        done = subprocess.run(  # noqa: S603 - an argv list, no shell, switched on by the operator
            reference.words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_EXEC_SECONDS,
            check=False,
            env={**environ, "PATH": _EXEC_PATH},
        )
    except subprocess.TimeoutExpired:
        _fail(reference, f"did not finish within {_EXEC_SECONDS} s")
    except OSError as fault:
        _fail(reference, f"cannot be run: {fault.strerror}", f"PATH is {_EXEC_PATH}.")
    if done.returncode != 0:
        _fail(reference, f"exited with code {done.returncode}")
    return _text(reference, done.stdout)


def _text(reference: SecretRef, data: bytes) -> str:
    if len(data) > _LARGEST:
        _fail(reference, "is too large for a credential")
    try:
        return data.decode()
    except UnicodeDecodeError:
        _fail(reference, "is not UTF-8")
