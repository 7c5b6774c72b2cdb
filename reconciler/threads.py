"""Waiting for threads in a way that keeps signals quick."""

from collections.abc import Iterable
from concurrent.futures import Future, wait
from typing import TypeVar

Result = TypeVar("Result")

_SECONDS = 0.1


def results(runs: Iterable[Future[Result]]) -> list[Result]:
    """What the runs return, in their order; raises what the first failing one of them raised.

    The system may hand a signal to any thread, but Python handles it in the main one, and only
    while that one is awake: waiting without a limit would hide a Ctrl-C until all is over.
    """
    found = list(runs)
    while wait(found, timeout=_SECONDS).not_done:
        continue
    return [run.result() for run in found]
