"""What a CI job reads at the end of a run."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from reconciler.cli.job_report import COUNTS, report_to_job
from reconciler.cli.output import say
from reconciler.cli.run_record import RunRecord
from reconciler.cli.streams import LastingStreams
from reconciler.diagnostics import Position, SourceRange, error, warning
from reconciler.plan.document.file import changes_sha256
from reconciler.render.job_outputs import OUTPUTS
from reconciler.render.markdown.several import plans_markdown
from reconciler.render.redact import Hidden
from reconciler.render.shown import Shown
from tests.support.plans import errored
from tests.support.sample_plans import by_hand, update

Environ = dict[str, str]
PLACE = SourceRange("campaigns/a.yaml", Position(3, 5))
WRONG = error("wrong", "It is wrong: June", "Correct it.", source=PLACE)


@pytest.fixture
def github(tmp_path: Path) -> Environ:
    (tmp_path / "repository" / "project" / "campaigns").mkdir(parents=True)
    (tmp_path / "repository" / "project" / "campaigns" / "a.yaml").touch()
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_WORKSPACE": str(tmp_path / "repository"),
    }


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    file = tmp_path / "repository" / "project" / "reconciler.yaml"
    return RunRecord(command="plan", project_file=lambda: file)


def planned(record: RunRecord) -> RunRecord:
    shown = [Shown(update(), "5" * 64, record.hidden)]
    record.shown, record.markdown = shown, lambda room: plans_markdown(shown, room)
    return record


def outputs(github: Environ) -> dict[str, str]:
    lines = iter(Path(github["GITHUB_OUTPUT"]).read_text("utf-8").split("\n"))
    return dict(pairs(lines))


def pairs(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, found, end = line.partition("<<")
        if found:
            values = iter(lambda: next(lines), end)
            yield name, "\n".join(values)


def test_a_step_gets_the_values_of_the_plan(github: Environ, record: RunRecord) -> None:
    report_to_job(planned(record), 2, github)
    found = outputs(github)
    assert [*found] == [*OUTPUTS]
    assert found == {
        "exit_code": "2",
        "add": "0",
        "change": "1",
        "destroy": "0",
        "import": "0",
        "manual": "0",
        "records": "20",
        "plan_id": "plan-1",
        "sha256": "5" * 64,
        "changes_sha256": changes_sha256(update()),
        "environment": "staging",
    }


def test_the_values_of_several_plans_are_put_together(github: Environ, record: RunRecord) -> None:
    record.shown = [*map(Shown, (update(), update(), by_hand()))]
    report_to_job(record, 0, github)
    found = outputs(github)
    assert (found["change"], found["manual"]) == ("2", "2")
    assert found["environment"] == "staging,staging,staging"
    assert found["records"] == ""


def test_nobody_can_guess_the_end_of_a_value(github: Environ, record: RunRecord) -> None:
    file = Path(github["GITHUB_OUTPUT"])
    report_to_job(record, 0, github)
    first = file.read_text("utf-8")
    report_to_job(record, 0, github)
    ends = {
        text.split("\n")[0].partition("<<")[2] for text in (first, file.read_text()[len(first) :])
    }
    assert len(ends) == 2
    assert min(map(len, ends)) > 32


def test_the_summary_has_the_plan_and_is_added_to_what_is_there(
    github: Environ, record: RunRecord
) -> None:
    file = Path(github["GITHUB_STEP_SUMMARY"])
    file.write_text("# Before\n", "utf-8")
    report_to_job(planned(record), 0, github)
    assert file.read_text("utf-8").startswith("# Before\n## Plan for environment `staging`\n")


def test_the_summary_leaves_room_for_the_rest_of_the_step(
    github: Environ, record: RunRecord
) -> None:
    file = Path(github["GITHUB_STEP_SUMMARY"])
    file.write_text("x" * (900 * 1024 - 5_000), "utf-8")
    report_to_job(planned(record), 0, github)
    assert 900 * 1024 - 5_000 < file.stat().st_size <= 900 * 1024 + 1
    file.write_text("x" * 900 * 1024, "utf-8")
    report_to_job(planned(record), 0, github)
    assert file.stat().st_size == 900 * 1024


def test_a_command_that_failed_says_so_everywhere(github: Environ, record: RunRecord) -> None:
    record.diagnostics = [WRONG, WRONG]
    place = "file=project/campaigns/a.yaml,line=3,col=5"
    assert report_to_job(record, 3, github) == [
        f"::error title=reconciler%3A wrong,{place}::It is wrong: June%0ACorrect it."
    ]
    assert outputs(github)["exit_code"] == "3"
    assert outputs(github)["plan_id"] == ""
    text = Path(github["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    assert text.startswith("## `reconciler plan` failed with exit code 3\n")
    assert "It is wrong: June" in text


def test_a_command_that_shows_nothing_leaves_no_summary(github: Environ, record: RunRecord) -> None:
    report_to_job(record, 0, github)
    assert not Path(github["GITHUB_STEP_SUMMARY"]).exists()


def test_hidden_names_are_in_no_report(github: Environ, record: RunRecord) -> None:
    record.hidden = frozenset({Hidden.LISTS})
    planned(record).diagnostics = [WRONG]
    (line,) = report_to_job(record, 0, github)
    text = Path(github["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    for output in (line, text):
        assert "June" not in output
        assert "(4 characters, " in output


def test_without_a_plan_hidden_names_have_no_words_at_all(
    github: Environ, record: RunRecord
) -> None:
    record.hidden = frozenset({Hidden.LISTS})
    record.diagnostics = [WRONG]
    (line,) = report_to_job(record, 1, github)
    assert line.endswith("line=3,col=5::wrong: the log has the words")
    assert "June" not in Path(github["GITHUB_STEP_SUMMARY"]).read_text("utf-8")


def test_there_are_ten_annotations_at_most_and_errors_are_first(
    github: Environ, record: RunRecord
) -> None:
    record.diagnostics = [warning("w", str(number)) for number in range(20)] + [WRONG]
    lines = report_to_job(record, 1, github)
    assert len(lines) == 10
    assert lines[0].startswith("::error ")


def test_a_file_outside_of_the_repository_is_not_named(github: Environ, record: RunRecord) -> None:
    outside = [SourceRange(name, Position(1, 1)) for name in ("/etc/passwd", "../../x", "no", "")]
    record.diagnostics = [error("e", str(place), source=place) for place in outside]
    assert not [line for line in report_to_job(record, 1, github) if "file=" in line]


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_file_that_cannot_be_written_costs_only_that(
    github: Environ, record: RunRecord, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    other = next(key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY") if key != name)
    github[name] = str(Path(github[name]).parent / "none" / "x")
    report_to_job(planned(record), 0, github)
    assert "cannot be written: No such file or directory" in capsys.readouterr().err
    assert Path(github[other]).exists()


def test_a_plan_that_cannot_be_shown_ends_nothing(
    github: Environ, record: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(record).markdown = lambda _: str(1 / 0)
    assert report_to_job(record, 7, github) == ()
    assert outputs(github)["exit_code"] == "7"
    assert "unexpected error ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["off", "OFF", "0", "false", "no"])
def test_all_of_it_can_be_switched_off(github: Environ, record: RunRecord, word: str) -> None:
    record.diagnostics = [WRONG]
    assert report_to_job(record, 3, github | {"RECONCILER_CI_OUTPUT": word}) == ()
    assert not Path(github["GITHUB_OUTPUT"]).exists()
    assert report_to_job(record, 3, {}) == ()


def test_gitlab_gets_the_counts_and_no_link_is_followed(tmp_path: Path, record: RunRecord) -> None:
    gitlab = {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    (tmp_path / COUNTS).symlink_to(victim)
    assert report_to_job(planned(record), 0, gitlab) == ()
    assert json.loads((tmp_path / COUNTS).read_text("utf-8")) == {
        "create": 0,
        "update": 1,
        "delete": 0,
    }
    assert victim.read_text("utf-8") == "mine"


def test_gitlab_gets_counts_of_a_plan_only(
    tmp_path: Path, record: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    gitlab = {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}
    record.command = "apply"
    report_to_job(planned(record), 0, gitlab)
    assert not (tmp_path / COUNTS).exists()
    record.command = "plan"
    (tmp_path / COUNTS).mkdir()
    report_to_job(planned(record), 0, gitlab)
    assert "the report of the counts cannot be saved" in capsys.readouterr().err


def test_annotations_stand_behind_the_bracket() -> None:
    reading, ours = os.pipe()
    with os.fdopen(ours, "w", encoding="utf-8") as err, redirect_stderr(err):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GITHUB_ACTIONS", "true")
            with LastingStreams() as streams:
                say("::error::foreign", err=True)
                streams.finish(["::error::ours"])
        sys.stderr.flush()
    with os.fdopen(reading, encoding="utf-8") as found:
        begin, foreign, end, own = found.read().splitlines()
    assert begin.removeprefix("::stop-commands::") == end.strip(":")
    assert (foreign, own) == ("::error::foreign", "::error::ours")


def test_a_file_gets_the_annotations_without_a_bracket(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with (
        path.open("w", encoding="utf-8") as err,
        redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GITHUB_ACTIONS", "true")
        with LastingStreams() as streams:
            say("text", err=True)
            streams.finish(["::error::ours"])
    assert path.read_text("utf-8") == "text\n::error::ours\n"


def test_a_plan_with_errors_is_shown_with_them(github: Environ, record: RunRecord) -> None:
    record.shown = [Shown(errored())]
    record.markdown = lambda room: plans_markdown(record.shown, room)
    report_to_job(record, 1, github)
    text = Path(github["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    assert "page 2 of 3 is missing" in text
