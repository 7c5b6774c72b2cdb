"""Packages that are installed as far as Python can see, without installing anything."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Make a folder importable until the block ends; afterwards nothing of it is left."""
    known = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


def package(folder: Path, name: str, providers: Mapping[str, str]) -> None:
    """Write what `pip` installs for a package with these entry points for providers."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    lines = [f"{entry} = {value}\n" for entry, value in providers.items()]
    text = "[reconciler.providers]\n" + "".join(lines)
    (info / "entry_points.txt").write_text(text, "utf-8")
