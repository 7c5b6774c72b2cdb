"""References to credentials into their values, just before they are needed.

What the operator does not allow is refused before anything is read. Messages and diagnostics show
where a value comes from, never the value.
"""

import os
import stat
from pathlib import Path
from typing import NoReturn

from reconciler.config.allowed_credentials import NotAllowed, Operator, require_allowed
from reconciler.config.credential_helper import HelperFailed, run_helper
from reconciler.config.secrets import SecretRef
from reconciler.diagnostics import error
from reconciler.errors import InvalidInput
from reconciler.regular_file import open_regular, reason

_LARGEST = 64 * 1024


def resolve_secret(reference: SecretRef, *, provider: str, root: Path, allowed: Operator) -> str:
    """The value for a target of `provider`, without a final line break.

    Raises `InvalidInput` at the reference's place if the operator does not allow it, if there is no
    value, or if an HTTP header cannot carry it. `root` is the project's folder; relative paths
    start there.
    """
    try:
        place = require_allowed(reference, provider, root, allowed)
    except NotAllowed as problem:
        _fail(reference, str(problem), problem.advice)
    match reference.kind:
        case "env":
            value = allowed.environ.get(reference.name)
            if value is None:
                _fail(
                    reference,
                    f"{reference.origin} is not set",
                    "It holds the credential of this target. Set it in this shell, then try again.",
                )
        case "file":
            value = _from_file(reference, place)
        case "exec":
            value = _from_helper(reference, allowed)
        case _:
            value = reference.name
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        _fail(reference, f"{reference.origin} is empty")
    if not value.isprintable() or any(ord(character) > 0xFF for character in value):
        _fail(reference, f"{reference.origin} has characters that an HTTP header cannot carry")
    return value


def _fail(reference: SecretRef, summary: str, detail: str = "") -> NoReturn:
    found = error("credential", summary, detail, source=reference.source)
    raise InvalidInput(summary, diagnostics=[found])


def _from_file(reference: SecretRef, path: Path) -> str:
    try:
        with open_regular(path) as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
                summary = f"{reference.origin} can be written by others"
                _fail(reference, summary, "Make it 0600.")
            return _text(reference, stream.read(_LARGEST + 1))
    except OSError as fault:
        _fail(reference, f"{reference.origin} cannot be read: {reason(fault)}")


def _from_helper(reference: SecretRef, allowed: Operator) -> str:
    try:
        return _text(reference, run_helper(reference.name, allowed.environ))
    except HelperFailed as problem:
        _fail(reference, f"{reference.origin} {problem}", problem.advice)


def _text(reference: SecretRef, data: bytes) -> str:
    if len(data) > _LARGEST:
        _fail(reference, f"{reference.origin} is too large for a credential")
    try:
        return data.decode()
    except UnicodeDecodeError:
        _fail(reference, f"{reference.origin} is not UTF-8")
