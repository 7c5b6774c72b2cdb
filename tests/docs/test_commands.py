"""The commands of the README and the guides work, and print what the pages show."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import pytest

from reconciler.cli.main import cli
from tests.docs.blocks import Block, blocks, commands, pattern
from tests.docs.shell import shell

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md")))
EVERY_PAGE = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_PLAYED = ("console", "yaml", "python")
BUCKET = "campaign-ledger"
"""The bucket that the pages name."""


@pytest.fixture
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty bucket on this machine, and the variables for it."""
    config = request.getfixturevalue("s3_config")
    monkeypatch.setenv("AWS_ENDPOINT_URL", config["endpoint"])
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_REGION", config["region"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", config["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", config["secret_access_key"])
    httpx.put(f"{config['endpoint']}/{BUCKET}", trust_env=False).raise_for_status()


PLAYED_WITH_A_BUCKET = [
    page for page in PAGES if f"state: s3://{BUCKET}" in page.read_text("utf-8")
]
PLAYED_ALONE = [page for page in PAGES if page not in PLAYED_WITH_A_BUCKET]


@pytest.mark.parametrize("page", PLAYED_ALONE, ids=lambda page: page.name)
def test_a_reader_can_follow_the_page(page: Path, tmp_path: Path) -> None:
    with shell(tmp_path) as terminal:
        terminal.play(page)


@pytest.mark.s3
@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("page", PLAYED_WITH_A_BUCKET, ids=lambda page: page.name)
def test_a_reader_with_a_bucket_can_follow_the_page(page: Path, tmp_path: Path) -> None:
    with shell(tmp_path) as terminal:
        terminal.play(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_in_a_block_that_is_run(page: Path) -> None:
    others = [block for block in blocks(page) if block.language not in _PLAYED]
    assert [f"{page.name}:{block.line}" for block in others if "reconciler" in block.text] == []
    assert any(block.language == "console" for block in blocks(page))


def lines_of(page: Path) -> Iterator[list[str]]:
    """Every `reconciler ...` that a page names, in a sentence or in a block, as words."""
    text = page.read_text("utf-8")
    for line in re.findall(r"`reconciler ([^`\n]+)`|^\$ reconciler (.+)$", text, re.MULTILINE):
        yield shlex.split("".join(line).rstrip("\\"), comments=True)


def unknown(words: list[str]) -> list[str]:
    """The words of a command line that are neither a command nor one of its options."""
    command: click.Command | None = cli
    parts = list(words)
    while isinstance(command, click.Group) and parts and not parts[0].startswith("-"):
        command = command.get_command(click.Context(command), parts.pop(0))
    if command is None:
        return words
    known = {name for param in (*command.params, *cli.params) for name in param.opts}
    return [word for word in parts if word.startswith("-") and word not in known | {"-h", "--help"}]


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_and_options_that_there_are(page: Path) -> None:
    assert [words for words in lines_of(page) if unknown(words)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("plan --out plan.json -e staging", []),
        ("lock release ID --auto-approve", []),
        ("plan --outt plan.json", ["--outt"]),
        ("frobnicate --all", ["frobnicate", "--all"]),
    ],
)
def test_what_no_command_knows_is_found(line: str, wrong: list[str]) -> None:
    assert unknown(line.split()) == wrong


def block(text: str) -> Block:
    return Block("console", text, Path("page.md"), 4)


def test_a_console_block_is_commands_with_what_they_print() -> None:
    found = list(commands(block("$ one \\\n    --more\nprinted\n\n$ two\n")))
    assert [command.text for command in found] == ["one     --more", "two"]
    assert [command.output for command in found] == ["printed\n", ""]
    assert [command.where for command in found] == ["page.md:5", "page.md:9"]


def test_a_console_block_begins_with_a_command() -> None:
    with pytest.raises(ValueError, match=r"page\.md:5"):
        list(commands(block("printed\n")))


@pytest.mark.parametrize(
    ("expected", "printed", "fits"),
    [
        ("one\n", "one\n", True),
        ("one\n", "one\ntwo\n", False),
        ("one\n...\n", "one\ntwo\nthree\n", True),
        ("...\ntwo\n", "two\n", True),
        ("...\ntwo\n", "one\ntwo\nthree\n", False),
        ("at ... o'clock\n", "at 9:30 o'clock\n", True),
        ("at ... o'clock\n", "at 9\n30 o'clock\n", False),
        ("1 to add.\n", "1 to addX\n", False),
    ],
)
def test_dots_stand_for_what_a_page_leaves_out(expected: str, printed: str, fits: bool) -> None:
    assert bool(pattern(expected).fullmatch(printed)) is fits
