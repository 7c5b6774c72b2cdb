"""What GitHub's runner reads: annotations beside the code, and the outputs of a step.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Mapping, Sequence

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.render.findings.common import Locate, advice, code_of, place_of, title

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def annotations(
    diagnostics: Sequence[Diagnostic], locate: Locate, most: int | None = None
) -> list[str]:
    """A line for each finding, errors first and at most so many of them."""
    errors_first = sorted(diagnostics, key=lambda one: one.severity is not Severity.ERROR)
    return [_line(one, locate) for one in errors_first[:most]]


def _line(found: Diagnostic, locate: Locate) -> str:
    properties = {"title": f"reconciler: {code_of(found)}"}
    if place := place_of(found, locate):
        path, source = place
        start, end = source.start, source.end
        properties |= {"file": path, "line": str(start.line), "col": str(start.column)}
        if end is not None and end.line == start.line:
            properties["endColumn"] = str(end.column)
    listed = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    words = "\n".join((title(found), *advice(found))).translate(_DATA)
    return f"::{found.severity.value} {listed}::{words}"


def output_lines(values: Mapping[str, str], delimiter: str) -> str:
    """Values for the file of a step's outputs; nobody must be able to guess the delimiter."""
    return "".join(f"{name}<<{delimiter}\n{text}\n{delimiter}\n" for name, text in values.items())
