import sys
from pathlib import Path

import pytest

from reconciler.clock import SystemClock
from reconciler.errors import InvalidInput
from reconciler.ledger.base import Ledger
from reconciler.ledger.objects.ledger import ObjectLedger
from reconciler.ledger.open import open_ledger
from reconciler.ledger.sqlite.ledger import SqliteLedger

URLS = ["s3://bucket", "s3://bucket/some/prefix", "gs://bucket/prefix", "memory://"]


def opened(state: str, root: Path) -> Ledger:
    return open_ledger(state, root=root, environment="prod", clock=SystemClock())


def test_a_path_counts_from_the_project(tmp_path: Path) -> None:
    for state in (".reconciler/state.db", str(tmp_path / ".reconciler/state.db")):
        ledger = opened(state, tmp_path)
        assert isinstance(ledger, SqliteLedger)
        ledger.cache("main", {})
        assert (tmp_path / ".reconciler" / "cache.db").exists()


@pytest.mark.parametrize("state", URLS)
def test_a_url_is_a_location_in_a_store_with_its_cache_here(state: str, tmp_path: Path) -> None:
    ledger = opened(state, tmp_path)
    assert isinstance(ledger, ObjectLedger)
    ledger.cache("main", {})
    assert [path.name for path in tmp_path.rglob("*.db")] == ["cache.db"]


@pytest.mark.parametrize(
    "state", ["ftp://host/x", "s3://key:sesame@bucket/x", "s3://bucket?sig=sesame", "gs://b#sesame"]
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
