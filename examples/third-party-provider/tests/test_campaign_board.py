"""The conformance suite on the example's provider, and what only a board can do wrong."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from campaign_board import BOARD, Board, BoardProvider

from reconciler.errors import ReadFailed
from reconciler.resources.tree import Tree
from reconciler.testing.account import Account, desired
from reconciler.testing.clock import ManualClock
from reconciler.testing.provider import ProviderConformance

SPEC: Tree = {"name": "Welcome", "description": "For new people.", "text": "Hello!"}


class BoardAccount(Account):
    """A board of its own; everything here goes past the provider."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changes = 0
        path.write_text('{"made": 0, "campaigns": {}}', "utf-8")
        super().__init__(
            provider=BoardProvider("board", path),
            kind=BOARD,
            desired=desired(BOARD, SPEC),
            clock=ManualClock(),
        )

    def seed(self, names: Iterable[str]) -> None:
        board = self.board()
        for number, name in enumerate(names):
            board.campaigns[f"seeded-{number}"] = {**SPEC, "name": name}
        self.path.write_text(board.model_dump_json(), "utf-8")

    def edit(self, remote_id: str, description: str) -> None:
        board = self.board()
        board.campaigns[remote_id]["description"] = description
        self.path.write_text(board.model_dump_json(), "utf-8")

    def count(self) -> int:
        return len(self.board().campaigns)

    def received(self) -> int:
        return self.board().made

    def board(self) -> Board:
        return Board.model_validate_json(self.path.read_bytes())


class TestBoard(ProviderConformance):
    @pytest.fixture
    def account(self, tmp_path: Path) -> Account:
        return BoardAccount(tmp_path / "board.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"made": 0, "campaigns": []}'])
def test_what_is_no_board_is_a_failed_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "board.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ReadFailed, match=r"board\.json could not be read"):
        BoardProvider("board", path).list("notices")
