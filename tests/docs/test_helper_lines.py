"""Each line for a vault in the guide is a command line that a helper can run as it stands."""

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from reconciler.config.credential_helper import run_helper

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "ci-security.md"
_ROW = re.compile(r"^\| [\w ]+ \| `((?:vault|aws|gcloud|az|op|sops) [^`]+)` \|$", re.MULTILINE)
LINES = _ROW.findall(GUIDE.read_text("utf-8"))
STAND_IN = f"""#!{sys.executable}
import sys
print(*sys.argv[1:], sep="|")
"""


def test_the_guide_has_six_vaults() -> None:
    assert len(LINES) == 6


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[0])
def test_a_line_gives_the_vaults_command_its_arguments(line: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    stand_in = tmp_path / program
    stand_in.write_text(STAND_IN, "utf-8")
    stand_in.chmod(0o755)
    environ = {"PATH": str(tmp_path), "RECONCILER_EXEC_KORE_TOKEN": line}
    assert run_helper("KORE_TOKEN", environ).decode() == "|".join(arguments) + "\n"
    assert not re.search(r"[|><;&$]", line), "there is no shell"
