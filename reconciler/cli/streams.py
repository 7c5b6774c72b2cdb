"""Standard output and error that never raise: a run must not depend on who reads its output.

A character that a stream's encoding lacks is written as a Python escape.

A stream that fails stays silent for the rest of the run. A reader that goes away, as `head` does,
has seen what it wanted; any other failure, such as a full disk, is reported at the end of the run.
"""

import codecs
import io
import os
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from reconciler.cli.ci_log import StopCommands

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


_ASCII = "ascii_escaped"
"""ASCII under another name: click takes `ascii` for a mistake and would write UTF-8."""


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name != _ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(
        known.encode,
        known.decode,
        incrementalencoder=known.incrementalencoder,
        incrementaldecoder=known.incrementaldecoder,
        name=_ASCII,
    )


codecs.register(_find_codec)


class _Lasting(io.RawIOBase):
    """Writes to a descriptor until that fails once; then discards everything."""

    def __init__(self, descriptor: int, failure: OSError | None = None) -> None:
        self._descriptor = descriptor
        self.failure = failure

    def write(self, data: "ReadableBuffer", /) -> int:
        """See `io.RawIOBase.write`; raises nothing."""
        if self.failure is None:
            try:
                return os.write(self._descriptor, data)
            except OSError as problem:
                self.failure = problem
        return memoryview(data).nbytes

    def writable(self) -> bool:
        """See `io.IOBase.writable`."""
        return True

    def fileno(self) -> int:
        """See `io.IOBase.fileno`."""
        return self._descriptor

    def isatty(self) -> bool:
        """See `io.IOBase.isatty`."""
        return os.isatty(self._descriptor)


class LastingStreams:
    """While entered, `sys.stdout` and `sys.stderr` raise no errors when written to."""

    def __init__(self) -> None:
        self._before = sys.stdout, sys.stderr
        self._brackets = StopCommands()

    def __enter__(self) -> Self:
        sys.stdout, sys.stderr = (_lasting(stream, self._brackets) for stream in self._before)
        return self

    def finish(self, commands: Iterable[str]) -> None:
        """Nothing foreign follows; write commands of our own for the runner on standard error.

        A file gets them too, for a script that prints nothing else of it.
        """
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._brackets.close()
        sys.stderr.writelines(f"{command}\n" for command in commands)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._brackets.close()
        sys.stdout, sys.stderr = self._before


class _Stream(io.TextIOWrapper):
    """A lasting stream, and the brackets around its text."""

    brackets: StopCommands | None = None


def open_bracket(stream: TextIO) -> None:
    """Before text for people: open the bracket that the runner of a CI job needs, once."""
    if isinstance(stream, _Stream) and stream.brackets is not None:
        stream.brackets.open(stream)


def stream_failure(stream: TextIO) -> OSError | None:
    """The error that kept output of a stream from being written; None if there was none."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.failure if isinstance(raw, _Lasting) else None


def unwritten(stream: TextIO) -> str | None:
    """The same as text; None also if only the reader went away."""
    problem = stream_failure(stream)
    if problem is None or isinstance(problem, BrokenPipeError):
        return None
    return problem.strerror or type(problem).__name__


def _lasting(stream: TextIO | None, brackets: StopCommands) -> TextIO:
    if stream is None:
        # Closed before we began: nobody reads it, and one of our files may have its descriptor.
        return io.TextIOWrapper(io.BufferedWriter(_Lasting(-1, BrokenPipeError())), "utf-8")
    stream.flush()
    lasting = _Stream(
        io.BufferedWriter(_Lasting(stream.fileno())),
        encoding=_ASCII if codecs.lookup(stream.encoding).name == "ascii" else stream.encoding,
        errors="backslashreplace",
        line_buffering=getattr(stream, "line_buffering", True),
    )
    lasting.brackets = brackets
    return lasting
