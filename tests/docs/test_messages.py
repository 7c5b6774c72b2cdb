"""The messages and the lines of a plan that pages explain are those of the program."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLAINED = {
    "docs/reference/messages.md": re.compile(r"^\* `([^`]+)`", re.MULTILINE),
    "docs/guides/reading-a-plan.md": re.compile(r"^\| `([^`]+)`", re.MULTILINE),
}
"""Where each page names its messages."""


def messages_of(source: str) -> str:
    """A module's source with its strings in one piece, and `...` for what is filled in."""
    whole = re.sub(r"""["']\s*f?["']""", "", source)
    return re.sub(r"\{[^{}]*\}", "...", whole)


def test_a_message_is_found_across_lines_and_values() -> None:
    source = 'f"port {number:,} can"\n    f"not be used"'
    assert messages_of(source) == 'f"port ... cannot be used"'


@pytest.mark.parametrize("page", EXPLAINED)
def test_every_message_of_a_page_is_one_of_the_program(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    modules = sorted((ROOT / "reconciler").rglob("*.py"))
    known = "\n".join(messages_of(module.read_text("utf-8")) for module in modules)
    explained = [message.strip(".: ") for message in EXPLAINED[page].findall(text)]
    assert explained
    assert [message for message in explained if message not in known] == []
