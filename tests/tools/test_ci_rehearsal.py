"""The whole flow of `examples/ci`, with reconciler itself and a forge on this machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TRY_IT = Path(__file__).parents[2] / "examples/ci/try-it.sh"


@pytest.mark.timeout(400)
def test_a_change_goes_from_init_to_a_reviewed_apply() -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["/bin/sh", str(TRY_IT)],
        env={"PATH": path, "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    shown = ran.stdout + ran.stderr
    assert ran.returncode == 0, shown
    assert shown.count("Apply complete!") == 2, shown
    assert shown.count("A person looks at this plan") == 2, shown
    assert shown.count("As expected: refused with 6.") == 2, shown
    assert "gh workflow run apply.yml -f run=5" in shown
    assert "$ reconciler history" in shown
    assert "## Plan for environment `production`" in shown
    assert "The rehearsal went as it should." in shown
