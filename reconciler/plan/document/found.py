"""Diagnostics into their entries in a document."""

from reconciler.diagnostics import Diagnostic, Position, SourceRange
from reconciler.plan.document import ours as own


def encode_diagnostic(found: Diagnostic) -> own.DiagnosticEntry:
    """A diagnostic in the form that all our documents use."""
    source = found.source
    return own.DiagnosticEntry(
        severity=found.severity,
        code=found.code,
        summary=found.summary,
        detail=found.detail,
        address=str(found.address) if found.address is not None else None,
        target=found.target,
        range=_range(source) if source is not None else None,
        snippet=own.Snippet(code=source.code) if source is not None and source.code else None,
    )


def _range(source: SourceRange) -> own.Range:
    return own.Range(
        filename=source.filename,
        start=_place(source.start),
        end=_place(source.end) if source.end is not None else None,
    )


def _place(position: Position) -> own.Place:
    return own.Place(line=position.line, column=position.column, byte=position.byte)
