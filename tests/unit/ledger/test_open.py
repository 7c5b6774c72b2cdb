import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import InvalidInput
from reconciler.ledger.base import CacheChange, CachedRead, CachedReads, Ledger
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.open import Place, open_ledger
from reconciler.ledger.sqlite.ledger import SqliteLedger
from reconciler.resources.base import Live, RunState

READ = CachedRead(
    "m",
    Live(type="t", remote_id="cd-1", name="n", state=RunState.DRAFT, status="s", spec={}),
    datetime(2026, 1, 1, tzinfo=UTC),
)
URLS = ["s3://bucket", "s3://bucket/some/prefix", "gs://bucket/prefix", "memory://"]


def keep(remote_id: str) -> CacheChange:
    return lambda old: CachedReads({**old.reads, remote_id: READ})


def opened(state: str, root: Path, **more: Any) -> Ledger:
    place = Place(state=state, root=root, **more)
    return open_ledger(place, environment="prod", clock=SystemClock())


def test_a_path_counts_from_the_project(tmp_path: Path) -> None:
    for state in (".reconciler/state.db", str(tmp_path / ".reconciler/state.db")):
        ledger = opened(state, tmp_path)
        assert isinstance(ledger, SqliteLedger)
        ledger.cache("main", lambda _: CachedReads())
        assert (tmp_path / ".reconciler" / "cache.db").exists()


@pytest.mark.parametrize("state", URLS)
def test_a_url_is_a_location_in_a_store(state: str, tmp_path: Path) -> None:
    assert isinstance(opened(state, tmp_path), ObjectLedger)


def test_the_cache_of_a_store_lies_in_the_store(tmp_path: Path) -> None:
    ledger = opened("memory://", tmp_path)
    ledger.cache("main", keep("cd-1"))
    assert ledger.cached("main") == CachedReads({"cd-1": READ})
    assert opened("memory://", tmp_path).cached("main") == CachedReads()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("state", [".reconciler/state.db", "memory://"])
def test_a_folder_for_the_cache_serves_every_ledger(state: str, tmp_path: Path) -> None:
    root, folder = tmp_path / "project", tmp_path / "cache"
    for name in (state, f"{state}2"):
        opened(name, root, cache_folder=folder).cache("main", keep("cd-1"))
    assert opened(state, root, cache_folder=folder).cached("main") == CachedReads({"cd-1": READ})
    assert len(list(folder.iterdir())) == 2
    assert not root.exists()


def test_a_cache_in_a_work_tree_is_neither_read_nor_written(tmp_path: Path) -> None:
    root = tmp_path / "tree" / "project"
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    opened("state.db", root).cache("main", keep("cd-1"))
    for folder in (None, root / "x", tmp_path / "tree" / "y"):
        ledger = opened("state.db", root, cache_folder=folder, cache_in_work_tree=False)
        ledger.cache("main", keep("cd-2"))
        assert ledger.cached("main") == CachedReads()
    assert opened("state.db", root).cached("main") == CachedReads({"cd-1": READ})
    outside = opened(str(tmp_path / "state.db"), root, cache_in_work_tree=False)
    outside.cache("main", keep("cd-1"))
    assert outside.cached("main") == CachedReads({"cd-1": READ})


@pytest.mark.parametrize(
    "state",
    [
        "ftp://host/x",
        "s3://key:sesame@bucket/x",
        "s3://bucket?sig=sesame",
        "gs://b#sesame",
        "s3://bucket/../sesame",
        "s3://b/a//sesame",
        "s3://b/%2e%2e/sesame",
        "s3://b/./sesame",
        "s3://b\\sesame",
        "s3://b/sesame/..",
    ],
)
def test_other_urls_are_refused_without_their_secrets(state: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not a usable location") as refused:
        opened(state, tmp_path)
    assert "sesame" not in str(refused.value.diagnostics)


def test_a_missing_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    for module in [name for name in sys.modules if name.startswith("reconciler.ledger.objects")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(InvalidInput, match="is not installed") as refused:
        opened("s3://bucket", tmp_path)
    assert "pip install 'campaign-reconciler[cloud]'" in refused.value.diagnostics[0].detail
    assert isinstance(opened("state.db", tmp_path), SqliteLedger)
