"""An option that would have no effect is refused, before anything is read."""

import contextlib

import pytest

from reconciler.cli.main import run
from reconciler.cli.run_record import recording
from tests.support.screen import Screen

ADDRESS = "kore_sms_campaign.renewal"
SAVED = (
    "a saved plan is for the campaigns that it names: leave out --select, --exclude and --target"
)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"apply plan.json --select {ADDRESS}", SAVED),
        (f"apply plan.json --exclude {ADDRESS}", SAVED),
        ("apply plan.json --target retention", SAVED),
        ("apply plan.json --prune", "a saved plan says what is deleted: plan again with --prune"),
        ("plan --estimate --out plan.json", "--estimate makes no plan that could be saved"),
        ("plan --estimate --allow delete", "with neither --detailed-exitcode nor --allow"),
        ("plan --estimate --detailed-exitcode", "with neither --detailed-exitcode nor --allow"),
        (f"schedule {ADDRESS} --off --allow ran-before", "--off cannot be combined with"),
        (f"start {ADDRESS} --allow delete", "start and schedule do not meet gate delete"),
        (f"start {ADDRESS} --allow ran-befor", "Did you mean ran-before?"),
        (f"start {ADDRESS} --allow deletes", "Known names: contacted-lately, duplicate-audience"),
        (f"start {ADDRESS} --allow new-ledger", "--allow does not open gate new-ledger"),
    ],
)
def test_an_option_without_effect_is_refused(
    capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    assert run(line.split()) == 3
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("line", ["--no-color plan", "plan --no-color"])
def test_errors_have_no_colour_if_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    def shown(words: str) -> str:
        screen = Screen()
        with contextlib.redirect_stderr(screen), recording():
            assert run((*words.split(), "-C", "/proc")) == 3
        return screen.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in shown("plan")
    assert "\x1b[" not in shown(line)
