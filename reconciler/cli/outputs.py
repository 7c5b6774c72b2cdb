"""What `plan`, `apply`, `drift` and `show` put out besides their text: JSON, Markdown, both."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from reconciler.cli.option_types import FilePath
from reconciler.cli.options import STANDARD_OUTPUT, Shared
from reconciler.cli.output import failures_as_json
from reconciler.cli.output_files import OutputFiles, Place, output_files
from reconciler.cli.run_record import run_record
from reconciler.errors import InvalidInput, ReconcilerError, reportable
from reconciler.render.markdown.blocks import COMMENT, Room
from reconciler.render.markdown.failure import failure_markdown
from reconciler.render.redact import Hidden, wordless
from reconciler.render.shown import Shown

P = ParamSpec("P")
R = TypeVar("R")
Render = Callable[[Sequence[Shown], Room], str]
"""Plans into Markdown that fits."""
_MARKDOWN = Place("--markdown", "the Markdown")


class HiddenWords(click.ParamType[frozenset[Hidden]]):
    """`lists`, `texts`, or both, separated by a comma."""

    name = "lists,texts"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[Hidden]:
        """See `click.ParamType.convert`."""
        if isinstance(value, frozenset):
            return value
        words = {word.strip() for word in str(value).split(",")}
        unknown = sorted(words - {*Hidden})
        if unknown:
            self.fail(f"{unknown[0]!r} is neither lists nor texts", param, ctx)
        return frozenset(map(Hidden, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The options about output."""

    as_json: bool
    markdown: Path | None
    redact: frozenset[Hidden]

    @property
    def has_text(self) -> bool:
        """Whether standard output gets the text for people."""
        return not (self.as_json or self.markdown == STANDARD_OUTPUT)

    @contextmanager
    def opened(self, shared: Shared, *more: Place) -> Iterator[OutputFiles]:
        """The files of the run, the Markdown and `more`; a failure is shown in each format.

        Raises UsageError if two of them are for standard output. Paths are relative to the folder
        of `-C`.
        """
        run_record().hidden = self.redact
        places = [_MARKDOWN._replace(path=self.markdown), *more]
        alone = ["--json"] if self.as_json else []
        alone += [place.option for place in places if place.path == STANDARD_OUTPUT]
        if len(alone) > 1:
            raise click.UsageError(f"{' and '.join(alone)} both need standard output")
        with (
            failures_as_json(self.as_json),
            output_files(shared.directory, places) as files,
        ):
            try:
                yield files
            except (click.ClickException, click.Abort):
                raise
            except Exception as problem:
                failure = reportable(problem)
                files.write(_MARKDOWN, lambda: self._failure(failure))
                raise

    def _failure(self, problem: ReconcilerError) -> str:
        found = problem.diagnostics
        shown = tuple(map(wordless, found)) if self.redact else found
        command = str(click.get_current_context().info_name)
        return failure_markdown(command, shown, problem.exit_code)

    def show(self, files: OutputFiles, shown: Sequence[Shown], render: Render) -> None:
        """Write the Markdown of plans, and keep it for the job."""
        record = run_record()
        record.shown, record.markdown = shown, lambda room: render(shown, room)
        files.write(_MARKDOWN, lambda: render(shown, COMMENT))


def _refused(_: click.Context, __: click.Parameter, value: object) -> None:
    if value is not None:
        raise InvalidInput(
            "--html is not available in this version", "It comes later. Use --markdown FILE."
        )


_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
    click.option(
        "--markdown",
        type=FilePath(dir_okay=False, allow_dash=True),
        help="Write it as Markdown for a pull request, too. - is standard output.",
    ),
    click.option(
        "--redact",
        type=HiddenWords(),
        default=frozenset[Hidden](),
        help="In Markdown and in what CI shows, hide the names of contact lists, and messages.",
    ),
    click.option("--html", hidden=True, expose_value=False, callback=_refused),
)


def with_outputs(function: Callable[Concatenate[Outputs, P], R]) -> Callable[P, R]:
    """For a command: take the options about output and pass them as first argument."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        given = click.get_current_context().params
        outputs = Outputs(**{name: given[name] for name in Outputs.__dataclass_fields__})
        for name in Outputs.__dataclass_fields__:
            del kwargs[name]
        return function(outputs, *args, **kwargs)

    decorated: Callable[P, R] = wrapped
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
