"""Options that several commands share, as decorators, and their values.

The shared options are accepted before every command. After it, a command accepts those that have an
effect on it, and these win.
"""

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from reconciler.cli.option_types import Duration, FilePath, WholeNumber
from reconciler.cli.run_record import run_record
from reconciler.config.switches import is_on
from reconciler.errors import InvalidInput

STANDARD_OUTPUT = Path("-")
"""What `-` means where an option names a file to write."""
_CANNOT_MOVE = frozenset({"", "dumb", "unknown"})
"""Values of TERM."""
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The options that commands share; a command ignores those that it does not take."""

    directory: Path = Path()
    config: Path | None = None
    environment: str | None = None
    no_color: bool = False
    verbose: bool = False
    quiet: bool = False

    @property
    def color(self) -> bool:
        """Whether standard output takes colour."""
        return not self.no_color and "NO_COLOR" not in os.environ and sys.stdout.isatty()

    @property
    def live(self) -> bool:
        """Whether standard error is a terminal that may show a line that moves."""
        can_move = sys.stderr.isatty() and os.environ.get("TERM", "") not in _CANNOT_MOVE
        automated = any(is_on(os.environ, name) for name in ("CI", "RECONCILER_IN_AUTOMATION"))
        return can_move and not automated and not self.quiet

    @property
    def live_color(self) -> bool:
        """Whether such a line takes colour."""
        return not self.no_color and "NO_COLOR" not in os.environ

    @property
    def given(self) -> dict[str, str]:
        """The options that say which folder, project file and environment this run is about."""
        every = {"-C": self.directory, "-c": self.config, "-e": self.environment}
        return {flag: str(one) for flag, one in every.items() if one not in (None, "", Path())}

    def command(self, *words: str) -> str:
        """A command line to print, for the same folder and project as this run."""
        where = [part for option in self.given.items() if option[0] != "-e" for part in option]
        return shlex.join(("reconciler", *where, *words))

    def again(self, *words: str) -> str:
        """The same, for the same environment too."""
        return self.command(*words, *(["-e", self.environment] if self.environment else []))


_SHARED = {
    "directory": partial(
        click.option,
        "-C",
        "--chdir",
        "directory",
        type=FilePath(file_okay=False, exists=True),
        help="Work in this folder.",
    ),
    "config": partial(
        click.option,
        "-c",
        "--config",
        type=FilePath(),
        help="The project file. Default: reconciler.yaml, here or in a folder above.",
    ),
    "environment": partial(
        click.option,
        "-e",
        "--environment",
        help="The environment. Default: defaultEnvironment, or the only one.",
    ),
    "no_color": partial(
        click.option,
        "--no-color",
        is_flag=True,
        default=None,
        help="No colour. NO_COLOR does the same.",
    ),
    "verbose": partial(
        click.option,
        "-v",
        "--verbose",
        is_flag=True,
        default=None,
        help="Show HTTP requests, encoded texts and unchanged campaigns, too.",
    ),
    "quiet": partial(
        click.option, "-q", "--quiet", is_flag=True, default=None, help="Print no progress."
    ),
}


def examples(*lines: str) -> str:
    """The end of a command's help: command lines to copy."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def shared_options(function: Callable[P, R]) -> Callable[P, R]:
    """For the group: keep the shared options for the command."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        click.get_current_context().obj = _merged(Shared(), kwargs)
        return function(*args, **kwargs)

    return _decorated(wrapped, {})


def with_shared(function: Callable[Concatenate[Shared, P], R]) -> Callable[P, R]:
    """For a command: take the shared options of both places, and pass them as first argument."""
    return with_shared_as()(function)


def with_shared_as(
    **helps: str | None,
) -> Callable[[Callable[Concatenate[Shared, P], R]], Callable[P, R]]:
    """As `with_shared`, with some helps of its own; with None, it does not take that option."""

    def decorate(function: Callable[Concatenate[Shared, P], R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            known = click.get_current_context().find_object(Shared) or Shared()
            _require_here()
            return function(_merged(known, kwargs), *args, **kwargs)

        return _decorated(wrapped, helps)

    return decorate


def _require_here() -> None:
    """Raise InvalidInput if the current folder was removed: every path depends on it."""
    try:
        Path.cwd()
    except OSError as problem:
        raise InvalidInput(
            f"the current folder cannot be found: {problem.strerror}", "Change to another folder."
        ) from None


def _merged(known: Shared, kwargs: dict[str, object]) -> Shared:
    """`known` with the options that were given, which are removed from `kwargs`."""
    given = {name: value for name in _SHARED if (value := kwargs.pop(name, None)) is not None}
    merged = replace(known, **given)  # type: ignore[arg-type]
    run_record().no_color = merged.no_color
    return merged


def _decorated(function: Callable[P, R], helps: Mapping[str, str | None]) -> Callable[P, R]:
    for name, option in reversed(_SHARED.items()):
        if name not in helps:
            function = option()(function)
        elif (text := helps[name]) is not None:
            function = option(help=text)(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """The options of commands that read; those with a default are not for all of them."""

    manifests: tuple[str, ...]
    targets: tuple[str, ...]
    parallelism: int
    max_requests: int | None
    max_time: timedelta | None
    max_age: timedelta
    no_cache: bool
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    lock_timeout: timedelta | None = None
    allow: tuple[str, ...] = ()
    prune: bool = False


with_lock_timeout = click.option(
    "--lock-timeout",
    type=Duration(),
    help="How long to wait for the lock. Default: 0, or 20m if CI is set.",
)
with_no_wait = click.option(
    "--no-wait", is_flag=True, help="Skip what must wait, because a campaign may still appear."
)
_READING = (
    click.option(
        "--manifests",
        multiple=True,
        metavar="PATH",
        help="Read these manifests in place of the project's. - is standard input. Repeatable.",
    ),
    click.option(
        "--target", "targets", multiple=True, metavar="T", help="Only this target. Repeatable."
    ),
    click.option(
        "--parallelism",
        type=WholeNumber(1, 64),
        default=8,
        show_default=True,
        help="How many reads of one account run at once.",
    ),
    click.option(
        "--max-requests", type=WholeNumber(1), help="Stop after this many requests (exit 5)."
    ),
    click.option(
        "--max-time",
        type=Duration(),
        help="Stop rather than run longer (exit 5). What was read is kept.",
    ),
    click.option(
        "--max-age",
        type=Duration(),
        default="24h",
        show_default=True,
        help="Read a campaign again if the cached copy is older than this. Half of this is the "
        "limit for some, so that not all are read again at once.",
    ),
    click.option("--no-cache", is_flag=True, help="Read every campaign again; use no cached copy."),
)
_SELECTING = (
    click.option(
        "--select",
        multiple=True,
        metavar="WHAT",
        help="Only this address or label=value. Repeatable.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="WHAT",
        help="Not this address or label=value. Repeatable.",
    ),
)
with_allow = click.option(
    "--allow",
    multiple=True,
    metavar="CODE",
    help="Accept this gate, one of those below. Repeatable.",
)
_PLANNING = (
    with_allow,
    click.option(
        "--prune",
        is_flag=True,
        help="Also delete campaigns that reconciler created and that git no longer has.",
    ),
)


def with_reading(function: Callable[Concatenate[Planning, P], R]) -> Callable[P, R]:
    """For a command: take the options of reading and selecting and pass them as first argument."""
    return _with(function, (*_READING, *_SELECTING))


def with_planning(function: Callable[Concatenate[Planning, P], R]) -> Callable[P, R]:
    """For a command: take the planning options and pass them as first argument."""
    return _with(function, (*_READING, *_SELECTING, *_PLANNING))


def _with(
    function: Callable[Concatenate[Planning, P], R],
    options: Iterable[Callable[[Callable[P, R]], Callable[P, R]]],
) -> Callable[P, R]:
    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        names = [name for name in Planning.__dataclass_fields__ if name in kwargs]
        given = {name: kwargs.pop(name) for name in names}
        return function(Planning(**given), *args, **kwargs)  # type: ignore[arg-type]

    decorated: Callable[P, R] = wrapped
    for option in reversed(tuple(options)):
        decorated = option(decorated)
    return decorated
