"""The last lines of a terminal, which show what goes on now; everything else is printed above."""

import threading

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.table import Column
from rich.text import Text

from reconciler.cli.output import fitting
from reconciler.durations import in_words
from reconciler.workflow.read_work import ReadWork

_WORDS = ""
"""The key of the line that is no target."""
_WIDTH = 20


class LiveLine:
    """A spinner with words, and a bar for each target that is being read. Safe for threads."""

    def __init__(self, *, color: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            _Bar(),
            console=Console(stderr=True, highlight=False, no_color=not color),
            transient=True,
            # Standard output may be a file.
            redirect_stdout=False,
        )
        self._tasks: dict[str, TaskID] = {}
        self._guard = threading.Lock()

    def words(self, text: str) -> None:
        """Show these words beside the spinner."""
        self._show(_WORDS, text, done=0, total=None)

    def read(self, work: ReadWork) -> None:
        """Show how far the read of a target is; a whole one has no line any more."""
        if work.finished:
            self._drop(work.target)
            return
        left = f"about {in_words(max(work.seconds_left, 1.0))} left"
        if work.total:
            text = f"{work.target}: {work.done:,} of {work.total:,} requests, {left}"
            self._show(work.target, text, done=work.done, total=work.total)
        elif not work.listed:
            self._show(work.target, f"{work.target}: listing campaigns", done=0, total=None)
        elif work.target in self._tasks:
            # A listing outside of a read has no line, and no end that would take it away.
            text = f"{work.target}: listing campaigns, {work.listed:,} so far, {left}"
            self._show(work.target, text, done=0, total=None)

    def print(self, text: str) -> None:
        """Print a line above."""
        self._progress.console.print(Text(fitting(text, err=True)))

    def stop(self) -> None:
        """Show nothing, until there is something to show again."""
        with self._guard:
            for task in self._tasks.values():
                self._progress.remove_task(task)
            self._tasks.clear()
            self._progress.stop()

    def _show(self, key: str, text: str, *, done: int, total: int | None) -> None:
        with self._guard:
            if key not in self._tasks:
                self._tasks[key] = self._progress.add_task(text, total=total)
            self._progress.update(self._tasks[key], description=text, completed=done, total=total)
            self._progress.start()

    def _drop(self, key: str) -> None:
        with self._guard:
            if key in self._tasks:
                self._progress.remove_task(self._tasks.pop(key))
            if not self._tasks:
                self._progress.stop()


class _Bar(ProgressColumn):
    """A bar where it is known how much there is to do."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = BarColumn(bar_width=_WIDTH, complete_style="green")

    def render(self, task: Task) -> RenderableType:
        """See `ProgressColumn.render`."""
        return "" if task.total is None else self._bar.render(task)
