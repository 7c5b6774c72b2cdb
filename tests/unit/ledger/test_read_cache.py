"""The file that keeps readings, written by several threads at once."""

import sqlite3
from pathlib import Path

import pytest

from reconciler.errors import LedgerRefused
from reconciler.ledger import read_cache
from reconciler.ledger.base import CachedReads
from reconciler.ledger.read_cache import ReadCache


@pytest.mark.parametrize("step", ["difference", "_is_empty"])
def test_a_table_that_another_thread_makes_meanwhile_is_no_foreign_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "cache.db"
    path.touch()
    look = getattr(read_cache, step)
    others = [ReadCache(path, "staging")]

    def look_and_make(*arguments: object) -> object:
        found: object = look(*arguments)
        if others:
            others.pop().change("second", lambda old: old)
        return found

    monkeypatch.setattr(read_cache, step, look_and_make)
    ReadCache(path, "staging").change("first", lambda old: old)
    assert ReadCache(path, "staging").read("first") == CachedReads()


def test_a_table_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE reads (anything TEXT)")
    connection.close()
    with pytest.raises(LedgerRefused, match="does not have exactly"):
        ReadCache(path, "staging").read("first")
