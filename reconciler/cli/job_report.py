"""The end of a run into what its CI job reads: annotations, outputs, a summary, counts.

Nothing here changes an exit code: what a run did counts, not what its page shows. Outside of GitHub
Actions and GitLab, and with `RECONCILER_CI_OUTPUT=off`, it does nothing.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.cli.output import going_on, print_diagnostics
from reconciler.cli.output_files import output_file
from reconciler.cli.repository_paths import locator
from reconciler.cli.run_record import RunRecord
from reconciler.clock import SystemClock
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ReconcilerError

_SWITCH = "RECONCILER_CI_OUTPUT"
_OFF = frozenset({"off", "0", "false", "no"})
_MOST_ANNOTATIONS = 10
"""GitHub shows no more of one step."""
_LONGEST_SUMMARY = 900 * 1024
"""In bytes; GitHub drops the summary of a step that is longer than 1 MiB."""
_LEAST_SUMMARY = 4_000
COUNTS = "reconciler-counts.json"
"""The file for GitLab's report `terraform`, at the top of the work tree."""


def report_to_job(
    record: RunRecord, code: int, environ: Mapping[str, str] = os.environ
) -> Sequence[str]:
    """Write what the runner of the job reads; returns the lines that it obeys."""
    if environ.get(_SWITCH, "").strip().lower() in _OFF:
        return ()
    lines: Sequence[str] = ()
    with going_on():
        if environ.get("GITLAB_CI") == "true":
            _report_to_gitlab(record, environ)
        if environ.get("GITHUB_ACTIONS") == "true":
            lines = _report_to_github(record, code, environ)
    return lines


def _report_to_github(record: RunRecord, code: int, environ: Mapping[str, str]) -> Sequence[str]:
    from reconciler.render.findings.github import annotations, output_lines
    from reconciler.render.job_outputs import job_outputs

    found = _presentable(record)
    delimiter = f"end-{SystemClock().new_id()}"
    values = output_lines(job_outputs(record.shown, code), delimiter)
    _append(environ.get("GITHUB_OUTPUT", ""), values, "the step's outputs")
    _summarise(record, found, code, environ.get("GITHUB_STEP_SUMMARY", ""))
    if record.has_annotations:
        return ()
    # Once more: what could not be written is an annotation, too.
    locate = locator(record.project_file(), environ)
    return annotations(_presentable(record), locate, _MOST_ANNOTATIONS)


def _presentable(record: RunRecord) -> list[Diagnostic]:
    """What the run reported, each once, as `--redact` wants it."""
    from reconciler.render.redact import redaction, wordless

    found = [*dict.fromkeys(record.diagnostics)]
    if record.hidden and not record.shown:
        return [*map(wordless, found)]
    for one in record.shown if record.hidden else ():
        hide = redaction(one.whole, record.hidden)
        found = [*map(hide.diagnostic, found)]
    return found


def _summarise(record: RunRecord, found: Sequence[Diagnostic], code: int, file: str) -> None:
    """Append what the run has shown, or why it failed, to the page of the job."""
    from reconciler.render.markdown.blocks import Room, utf8_bytes
    from reconciler.render.markdown.failure import failure_markdown

    if not file or (record.markdown is None and not code):
        return
    path = Path(file)
    left = _LONGEST_SUMMARY - (path.stat().st_size if path.exists() else 0)
    if left < _LEAST_SUMMARY:
        return
    room = Room(left, utf8_bytes)
    text = (
        failure_markdown(record.command, found, code, room)
        if record.markdown is None
        else record.markdown(room)
    )
    _append(file, f"{text}\n", "the step's summary")


def _append(file: str, text: str, what: str) -> None:
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        print_diagnostics([warning("ci-output", f"{what} cannot be written: {reason}")])


def _report_to_gitlab(record: RunRecord, environ: Mapping[str, str]) -> None:
    from reconciler.render.findings.gitlab import terraform_report

    folder = environ.get("CI_PROJECT_DIR", "")
    if not folder or record.command != "plan" or not record.shown:
        return
    try:
        # A link that a branch has put there is replaced, not followed.
        with output_file(Path(folder) / COUNTS, "the report of the counts") as write:
            write(terraform_report(record.shown[0].plan))
    except ReconcilerError as problem:
        print_diagnostics(warning("ci-output", one.summary) for one in problem.diagnostics)
