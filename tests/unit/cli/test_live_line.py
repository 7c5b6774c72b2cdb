"""The line that moves: what it shows, and where there is none."""

import io
from contextlib import redirect_stderr

import pytest

from reconciler.cli.live_line import LiveLine
from reconciler.cli.options import Shared
from reconciler.cli.output import say
from reconciler.workflow.read_work import ReadWork
from tests.support.screen import Screen

SHOW_CURSOR = "\x1b[?25h"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    for name in ("CI", "NO_COLOR", "RECONCILER_IN_AUTOMATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Screen()


def work(done: int, **more: object) -> ReadWork:
    return ReadWork(target="retention", done=done, total=60, seconds_left=700.0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (ReadWork(target="retention"), "retention: listing campaigns"),
        (work(0), "retention: 0 of 60 requests, about 12 min left"),
        (work(12), "retention: 12 of 60 requests, about 12 min left"),
    ],
)
def test_a_read_shows_requests_and_the_time_left(
    screen: Screen, shown: ReadWork, text: str
) -> None:
    with redirect_stderr(screen):
        line = LiveLine(color=False)
        line.read(shown)
        line.stop()
    assert text in screen.plain
    assert screen.getvalue().count(SHOW_CURSOR) == 1


def test_a_listing_shows_how_many_campaigns_it_has(screen: Screen) -> None:
    with redirect_stderr(screen):
        line = LiveLine(color=False)
        line.read(ReadWork(target="retention"))
        line.read(ReadWork(target="retention", listed=12_000, seconds_left=180.0))
        line.read(ReadWork(target="care"))
        line.stop()
    assert "retention: listing campaigns, 12,000 so far, about 3 min left" in screen.plain


def test_a_listing_outside_of_a_read_has_no_line(screen: Screen) -> None:
    with redirect_stderr(screen):
        line = LiveLine(color=False)
        line.read(ReadWork(target="retention", listed=12_000, seconds_left=180.0))
        line.stop()
    assert screen.plain == ""


def test_the_line_is_gone_when_everything_is_read(screen: Screen) -> None:
    with redirect_stderr(screen):
        line = LiveLine(color=False)
        line.read(work(59))
        line.read(ReadWork(target="care"))
        line.read(work(60, finished=True))
        assert SHOW_CURSOR not in screen.getvalue()
        line.read(ReadWork(target="care", finished=True))
    assert SHOW_CURSOR in screen.getvalue()


def test_lines_are_printed_above_it(screen: Screen) -> None:
    with redirect_stderr(screen):
        line = LiveLine(color=True)
        line.words("Reading live campaigns...")
        line.print("kore_sms_campaign.a: Creating...")
        line.stop()
        line.stop()
    assert "kore_sms_campaign.a: Creating...\n" in screen.plain


class _Terminal(io.TextIOWrapper):
    """A terminal with bytes below its text, as a real one has."""

    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("screen")
def test_what_is_said_meanwhile_takes_the_place_of_the_line() -> None:
    below = io.BytesIO()
    with redirect_stderr(_Terminal(below, "utf-8", write_through=True)):
        line = LiveLine(color=False)
        line.words("Reading live campaigns...")
        say("Target retention: up to 3 requests.", err=True)
        line.stop()
    assert "\r\x1b[2KTarget retention: up to 3 requests.\n" in below.getvalue().decode()


def test_there_is_one_only_on_a_terminal_that_can_show_it(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redirect_stderr(screen):
        assert Shared().live
        assert not Shared(quiet=True).live
        for name, value in (("TERM", "dumb"), ("CI", "true"), ("RECONCILER_IN_AUTOMATION", "1")):
            with monkeypatch.context() as patch:
                patch.setenv(name, value)
                assert not Shared().live
    with redirect_stderr(io.StringIO()):
        assert not Shared().live


def test_no_color_leaves_it_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Shared(no_color=True).live_color
    monkeypatch.setenv("NO_COLOR", "")
    assert not Shared().live_color
