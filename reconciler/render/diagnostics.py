"""Diagnostics in Terraform's forms: boxes for people, and its validate envelope for tools."""

import json
from collections.abc import Iterator, Sequence

from reconciler.diagnostics import Diagnostic, Severity, SourceRange, errors_in
from reconciler.render.style import SEVERITIES, Painter
from reconciler.render.values import foreign
from reconciler.resources.tree import Tree

_VALIDATE_FORMAT = "1.0"
_LONGEST_LINE = 160
"""Characters of a source line to show; a file may be a single line of a megabyte."""


def diagnostics_text(diagnostics: Sequence[Diagnostic], *, color: bool) -> str:
    """All diagnostics, one after another; "" if there are none."""
    painter = Painter(color)
    return "\n".join(_boxed(diagnostic, painter) for diagnostic in diagnostics)


def _boxed(found: Diagnostic, painter: Painter) -> str:
    lines = list(_lines(found, painter))
    if not painter.color:
        return "\n".join(lines) + "\n"
    code = SEVERITIES[found.severity.value]
    bar = painter.code("│", code)
    boxed = [f"{bar} {line}".rstrip() for line in lines]
    return "\n".join([painter.code("╷", code), *boxed, painter.code("╵", code)]) + "\n"


def _lines(found: Diagnostic, painter: Painter) -> Iterator[str]:
    title = painter.severity(f"{found.severity.value.capitalize()}: ", found.severity.value)
    yield f"{title}{painter.bold(foreign(found.summary))}"
    where = list(_where(found))
    if where:
        yield ""
        yield from where
    if found.detail:
        yield ""
        yield from (foreign(line) for line in found.detail.split("\n"))


def _where(found: Diagnostic) -> Iterator[str]:
    """The place, as `file:line:column` for terminals and editors, and the source line."""
    source = found.source
    end = "," if source is not None else "."
    if found.address is not None:
        target = f" on target {found.target}" if found.target else ""
        yield foreign(f"  with {found.address}{target}{end}")
    elif found.target and not found.summary.startswith(f"target {found.target}:"):
        yield foreign(f"  on target {found.target}{end}")
    if source is not None:
        yield f"  on {foreign(str(source))}"
        if source.code:
            code, _ = _excerpt(source)
            yield f"  {source.start.line:>4}: {foreign(code)}"


def validate_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Terraform's `validate -json` envelope, with our `code` added; one document and a newline."""
    errors = errors_in(diagnostics)
    envelope: Tree = {
        "format_version": _VALIDATE_FORMAT,
        "valid": not errors,
        "error_count": len(errors),
        "warning_count": sum(1 for one in diagnostics if one.severity is Severity.WARNING),
        "diagnostics": [_entry(one) for one in diagnostics],
    }
    return json.dumps(envelope, indent=2) + "\n"


def _entry(found: Diagnostic) -> Tree:
    entry: Tree = {
        "severity": found.severity.value,
        "summary": found.summary,
        "detail": found.detail,
        "code": found.code,
    }
    if found.address is not None:
        entry["address"] = str(found.address)
    if found.target is not None:
        entry["target"] = found.target
    if found.source is not None:
        entry["range"] = _range(found.source)
        if found.source.code:
            entry["snippet"] = _snippet(found.source)
    return entry


def _range(source: SourceRange) -> Tree:
    start, end = source.start, source.end or source.start
    return {
        "filename": source.filename,
        "start": {"line": start.line, "column": start.column, "byte": start.byte},
        "end": {"line": end.line, "column": end.column, "byte": end.byte},
    }


def _excerpt(source: SourceRange) -> tuple[str, int]:
    """The part of the source line to show, and the column where it begins, from 0."""
    column = source.start.column - 1
    if len(source.code) <= _LONGEST_LINE:
        return source.code, 0
    begin = max(0, column - _LONGEST_LINE // 2)
    return source.code[begin : begin + _LONGEST_LINE], begin


def _snippet(source: SourceRange) -> Tree:
    code, begin = _excerpt(source)
    first = source.start.column - 1 - begin
    same_line = source.end is not None and source.end.line == source.start.line
    last = source.end.column - 1 - begin if source.end is not None and same_line else len(code)
    last = min(last, len(code))
    return {
        "context": None,
        "code": code,
        "start_line": source.start.line,
        "highlight_start_offset": first,
        "highlight_end_offset": max(first, last),
        "values": [],
    }
