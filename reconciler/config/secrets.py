"""References to credentials, as a project file writes them.

A reference says where a value is. It is never the value, and no message repeats what stands in its
place.
"""

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from pydantic_core import PydanticCustomError

from reconciler.diagnostics import SourceRange

VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
"""The name of an environment variable."""
HELPER = r"[A-Z][A-Z0-9_]*"
"""The name of a credential helper."""
EXEC_PREFIX = "RECONCILER_EXEC_"
"""Followed by a helper's name: the variable with its command line."""
_NAME = {"env": re.compile(VARIABLE), "exec": re.compile(HELPER), "file": re.compile(r"[^\0]+")}
_FORM = {"env": "the name of a variable", "exec": "letters A-Z, digits and _", "file": "a path"}
_SAFE_WORD = re.compile(r"[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a value is: `env`, `file`, `exec`, or `text` for an id that is not a secret.

    `source` is its place in the project file; the line is never shown.
    """

    kind: str
    name: str
    source: SourceRange | None = None

    @property
    def origin(self) -> str:
        """Where the value comes from, in words: `environment variable KORE_JWT`."""
        match self.kind:
            case "env":
                return f"environment variable {self.name}"
            case "file":
                return f"file {self.name}"
            case "exec":
                return f"credential helper {self.name}"
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
            "write where the value is: {env: NAME}, {file: PATH} or {exec: NAME}; "
            "do not put the value itself in this file",
        )
    (kind, given) = next(iter(value.items())) if len(value) == 1 else ("", None)
    if kind == "exec" and isinstance(given, list):
        raise _command_line(given)
    if kind not in _NAME or not isinstance(given, str) or not given:
        raise PydanticCustomError(
            "reference", "write exactly one of {env: NAME}, {file: PATH}, {exec: NAME}"
        )
    if not _NAME[kind].fullmatch(given):
        raise PydanticCustomError(
            "reference", "{kind} must be {form}", {"kind": kind, "form": _FORM[kind]}
        )
    return SecretRef(kind, given)


def _command_line(words: list[object]) -> PydanticCustomError:
    """The error for a command in the project file; shows the program, because words may be secret.

    A pull request may change this file, and would then run any command.
    """
    first = PurePath(str(words[0])).name if words else ""
    program = first if _SAFE_WORD.fullmatch(first) else "COMMAND"
    return PydanticCustomError(
        "operator_setting",
        "a project file may not say which command to run. Write {exec: NAME} with a name of your "
        "choice, and set {line} where reconciler runs",
        {"line": f"{EXEC_PREFIX}NAME='{program} ARGUMENTS'"},
    )


def parse_id(value: object) -> SecretRef:
    """A reference, or plain text for an id that is not a secret."""
    if isinstance(value, str) and value:
        return SecretRef("text", value)
    return parse_reference(value)
