"""Tells GitHub's runner to obey no line of our output, between two lines around all of it.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions (stopping and
starting workflow commands). The runner obeys a line that begins with `::`, whoever wrote it. Our
own annotations must come after the closing line.
"""

import os
import stat
from collections.abc import Mapping
from typing import TextIO

from reconciler.clock import SystemClock


class StopCommands:
    """Writes the opening line to a stream before its first text, and the closing line at the end.

    Does nothing outside of GitHub Actions, and to a stream that is not the log of the job.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._token = SystemClock().new_id() if environ.get("GITHUB_ACTIONS") == "true" else ""
        self._opened: list[TextIO] = []

    def open(self, stream: TextIO) -> None:
        """The next text of this stream may be foreign."""
        if self._token and stream not in self._opened and _is_log(stream):
            self._opened.append(stream)
            stream.write(f"::stop-commands::{self._token}\n")
            stream.flush()

    def close(self) -> None:
        """Nothing foreign follows on any stream."""
        for stream in self._opened:
            stream.flush()
        for stream in self._opened:
            stream.write(f"::{self._token}::\n")
            stream.flush()
        self._opened.clear()


def _is_log(stream: TextIO) -> bool:
    """Whether the runner may read the stream: a file only gets what it was redirected for."""
    try:
        return not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False
