"""Fixtures of apply's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider
from tests.support.apply_world import ApplyWorld, open_apply_world


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[ApplyWorld]:
    yield from open_apply_world(tmp_path, clock, MemoryProvider(clock))


@pytest.fixture
def care(tmp_path: Path, clock: ManualClock) -> Iterator[ApplyWorld]:
    yield from open_apply_world(tmp_path, clock, MemoryProvider(clock, provider="carecycle"))
