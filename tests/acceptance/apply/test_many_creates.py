"""Many creates at a vendor's rate cost little more than themselves if their answers prove them."""

from pathlib import Path

import pytest

from reconciler.errors import ExitCode
from reconciler.resources.tree import Tree
from tests.benchmarks.creates import PROVEN, UNPROVEN, bound, play

NUMBER = 45
RATE = 10
"""A minute; so that few campaigns need several minutes of the clock."""


@pytest.mark.parametrize("kore", [PROVEN, UNPROVEN], ids=["proven", "unproven"])
def test_an_apply_of_many_creates_takes_no_longer_than_its_requests(
    tmp_path: Path, kore: Tree
) -> None:
    played = play(tmp_path, NUMBER, kore, rate=RATE)
    assert played.result.exit_code is ExitCode.OK
    assert played.requests["kore.create"] == NUMBER
    assert played.requests["kore.get"] == (0 if kore == PROVEN else NUMBER)
    assert played.seconds <= bound(NUMBER, proven=kore == PROVEN, rate=RATE)
