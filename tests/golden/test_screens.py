"""What an operator sees; `--update-golden` writes the screens again, to be read by a person."""

import re
from pathlib import Path

import pytest

from reconciler.cli.layout import columns
from reconciler.cli.main import COMMANDS
from tests.golden.conftest import FOLDER, Golden
from tests.golden.screens import play

_COMMAND = re.compile(rf"(?<!')reconciler (?:{'|'.join(COMMANDS)}) (?:-|\w+\.\w|[A-Z]{{2}})")
_OWN_LINE = re.compile(r"\$ | {2,}reconciler .*[^.]$")


def _in_sentences(screen: str) -> list[str]:
    """The commands to copy that do not have a line of their own, or that a full stop follows."""
    lines = screen.splitlines()
    return [line for line in lines if _COMMAND.search(line) and not _OWN_LINE.match(line)]


def test_a_command_in_a_sentence_is_found() -> None:
    wrong = "Run reconciler stop --all.", "    reconciler stop kore_sms_campaign.a."
    right = "    reconciler stop kore_sms_campaign.a", "$ reconciler stop --all", "Run plan again."
    assert _in_sentences("\n".join((*wrong, *right))) == list(wrong)


@pytest.mark.parametrize("width", [80, 120])
def test_the_screens_are_as_they_were_read(width: int, tmp_path: Path, golden: Golden) -> None:
    screens = play(tmp_path, width)
    for name, text in screens.items():
        golden(f"screens/{width}/{name}.txt", text)
        for line in text.splitlines():
            assert columns(line) <= width or len(line.split()) == 1 or "reconciler " in line, line
        assert _in_sentences(text) == []
    written = {path.stem for path in (FOLDER / "screens" / str(width)).iterdir()}
    assert written == screens.keys()
