"""What an operator sees; `--update-golden` writes the screens again, to be read by a person."""

from pathlib import Path

import pytest

from reconciler.cli.layout import columns
from tests.golden.conftest import FOLDER, Golden
from tests.golden.screens import play


@pytest.mark.parametrize("width", [80, 120])
def test_the_screens_are_as_they_were_read(width: int, tmp_path: Path, golden: Golden) -> None:
    screens = play(tmp_path, width)
    for name, text in screens.items():
        golden(f"screens/{width}/{name}.txt", text)
        for line in text.splitlines():
            assert columns(line) <= width or len(line.split()) == 1 or "reconciler " in line, line
    written = {path.stem for path in (FOLDER / "screens" / str(width)).iterdir()}
    assert written == screens.keys()
