"""The bytes of a file into text that both YAML parsers can read, or a located error."""

import re

from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.node import SourceText

MAX_BYTES = 1024 * 1024
MAX_RUN = 10_000
"""The longest run of one character; the pure parser needs quadratic time for some of them."""
_BOM = b"\xef\xbb\xbf"
_BREAK = re.compile(r"\r\n|\r|\n")

# Characters that YAML 1.2 does not allow, and a byte order mark that is not at the start.
_FORBIDDEN = re.compile(
    "[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

# Text that libyaml (YAML 1.1) and the pure parser (YAML 1.2) are known to read differently, or that
# only libyaml accepts: tabs, 1.1 line breaks, directives, document ends, anchors with unusual
# names, a comment after a block scalar's header, a line of spaces at the start of a block scalar.
# No part of an alternative can match the start of the next part, so that the search is linear.
_DISPUTED = re.compile(
    r"[\t\x85\u2028\u2029]"
    r"|(?:^|\r)(?:%|\.\.\.)"
    r"|(?:^|[\s\[{,:?-])[&*][A-Za-z0-9_-]*[^A-Za-z0-9_\-\s,\]}]"
    r"|[|>][-+0-9]*[ ]*(?:\#|[\r\n]+[ ]+[\r\n])",
    re.MULTILINE,
)


class Unreadable(Exception):
    """A file, or the rest of a file, cannot be read; carries the reason."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def decode_bytes(filename: str, data: bytes) -> SourceText:
    """UTF-8 with or without a byte order mark; raises `Unreadable` for anything else."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            error(
                "too-large",
                "the file is larger than 1 MiB",
                "Split it into several files.",
                source=SourceText(filename, "").range(_START),
            )
        )
    skipped = len(_BOM) if data.startswith(_BOM) else 0
    try:
        source = SourceText(filename, data[skipped:].decode(), skipped_bytes=skipped)
    except UnicodeDecodeError as fault:
        raise Unreadable(_not_utf8(filename, data[skipped:], fault.start)) from None
    forbidden = _FORBIDDEN.search(source.text)
    if forbidden:
        raise Unreadable(
            error(
                "forbidden-character",
                f"character U+{ord(forbidden.group()):04X} is not allowed in YAML",
                'Write it as an escape in double quotes, as in "\\x07".',
                source=source.range(_mark(source.text, forbidden.start())),
            )
        )
    run = _long_run(source.text)
    if run is not None:
        raise Unreadable(
            error(
                "limit",
                f"one character is repeated more than {MAX_RUN:,} times",
                source=source.range(_mark(source.text, run)),
            )
        )
    return source


def _long_run(text: str) -> int | None:
    """Where one character begins to be repeated too often, or None."""
    step = MAX_RUN // 2  # a run that is too long fills at least one block of this length
    for start in range(0, len(text) - step + 1, step):
        character = text[start]
        if text.startswith(character * step, start):
            begin = len(text[:start].rstrip(character))
            if text.startswith(character * (MAX_RUN + 1), begin):
                return begin
    return None


def disputed(text: str) -> bool:
    """Whether only the pure parser may read this text."""
    return _DISPUTED.search(text) is not None


class _Place:
    """A mark computed from the text."""

    def __init__(self, line: int, column: int, index: int) -> None:
        self.line = line
        self.column = column
        self.index = index


_START = _Place(0, 0, 0)


def _mark(text: str, index: int) -> _Place:
    before = _BREAK.split(text[:index])
    return _Place(len(before) - 1, len(before[-1]), index)


def _not_utf8(filename: str, data: bytes, at: int) -> Diagnostic:
    # Everything before the fault is UTF-8; the text after it does not matter.
    source = SourceText(filename, data.decode(errors="replace"))
    place = _mark(source.text, len(data[:at].decode(errors="ignore")))
    return error(
        "not-utf8",
        "the file is not UTF-8",
        "Save it as UTF-8.",
        source=source.range(place),
    )
