"""`simulator`: what it prints at the start, and where it stores campaigns."""

import subprocess
import sys
from pathlib import Path

from reconciler.simulator import seed
from tests.support.cli import Line


def test_the_start_message_says_what_the_simulator_knows_and_how_to_change_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "world").mkdir()
    command = "-C world simulator --port 0 --data campaigns.db"
    process = subprocess.Popen(
        (sys.executable, "-m", "reconciler", *command.split()),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = ""
        while "--help" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
    finally:
        process.kill()
        process.communicate()
    names = (*seed.KORE_FLOWS, *seed.KORE_QUEUES, *seed.KORE_TEMPLATES, *seed.KORE_DNC_LISTS)
    assert [name for name in names if name not in told] == []
    assert "/_simulator/ has campaigns to edit, switches and faults" in told
    assert (tmp_path / "world" / "campaigns.db").exists()


def test_its_help_names_every_control_call(run_line: Line) -> None:
    text = run_line("simulator", "--help").out
    calls = (
        "requests",
        "campaigns",
        "campaigns/ID",
        "switches",
        "faults",
        "contact-lists",
        "renames",
    )
    assert [call for call in calls if f" {call} " not in text] == []
