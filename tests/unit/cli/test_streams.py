import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TextIO

from reconciler.cli.streams import LastingStreams, stream_failure, unwritten


@contextmanager
def piped() -> Iterator[tuple[int, TextIO]]:
    """Standard output as one end of a pipe; the descriptors of the other end and of ours."""
    reading, ours = os.pipe()
    with os.fdopen(ours, "w", encoding="utf-8") as writing, redirect_stdout(writing):
        yield reading, writing


def test_what_is_printed_arrives_in_order() -> None:
    with piped() as (reading, _):
        with LastingStreams():
            sys.stdout.write("one ")
            sys.stdout.flush()
            sys.stdout.write("Zwölf")
        assert os.read(reading, 100).decode() == "one Zwölf"
        os.close(reading)


def test_a_reader_that_closes_the_pipe_ends_nothing_and_is_not_an_error() -> None:
    with piped() as (reading, _), LastingStreams():
        os.close(reading)
        for _ in range(3):
            sys.stdout.write("text\n")
            sys.stdout.flush()
        assert isinstance(stream_failure(sys.stdout), BrokenPipeError)
        assert unwritten(sys.stdout) is None


def test_a_full_disk_is_reported_in_words() -> None:
    with (
        Path("/dev/full").open("w", encoding="utf-8") as full,
        redirect_stdout(full),
        LastingStreams(),
    ):
        sys.stdout.write("text\n")
        sys.stdout.flush()
        assert unwritten(sys.stdout) == "No space left on device"


def test_a_stream_that_was_closed_before_takes_everything() -> None:
    with redirect_stdout(None):
        with LastingStreams():
            sys.stdout.write("text")
            assert not sys.stdout.isatty()
            assert unwritten(sys.stdout) is None
        assert sys.stdout is None


def test_the_streams_are_what_they_were_afterwards() -> None:
    with piped() as (reading, writing):
        before = sys.stderr
        with LastingStreams():
            assert sys.stdout is not writing
            assert sys.stdout.fileno() == writing.fileno()
        assert (sys.stdout, sys.stderr) == (writing, before)
        os.close(reading)
