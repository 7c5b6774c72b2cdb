"""What the README and the guides say to type works, and prints what they show."""

from pathlib import Path

import pytest

from tests.docs.blocks import blocks, commands, pattern
from tests.docs.shell import shell

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_reader_can_follow_the_page(page: Path, tmp_path: Path) -> None:
    with shell(tmp_path) as terminal:
        terminal.play(page)
