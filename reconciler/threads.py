"""Wait for threads without delaying signals."""

from collections.abc import Iterable
from concurrent.futures import Future, wait
from typing import TypeVar

Result = TypeVar("Result")

_SECONDS = 0.1


def results(runs: Iterable[Future[Result]]) -> list[Result]:
    """The results of the runs, in order; raises what the first run that failed raised.

    The system may deliver a signal to any thread, but Python handles it in the main thread, and
    only while that thread is awake: an unlimited wait would delay Ctrl-C until all runs end.
    """
    futures = list(runs)
    while wait(futures, timeout=_SECONDS).not_done:
        continue
    return [future.result() for future in futures]
