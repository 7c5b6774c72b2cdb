"""Every folder in examples/ validates and plans; dropping one in is adding a test."""

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from reconciler.plan.model import Action
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from reconciler.workflow.planning import make_plan
from reconciler.workflow.session import Options, Session
from tests.support.cli import Line

EXAMPLES = Path(__file__).parents[3] / "examples"
_PRINT = f"print({seed.KORE_CLIENT_SECRET!r})"
ENVIRON = {
    "KORE_JWT": seed.KORE_TOKEN,
    "KORE_STAGING_JWT": seed.KORE_TOKEN,
    "KORE_CLIENT_ID": seed.KORE_CLIENT_ID,
    "RECONCILER_EXEC_KORE_CLIENT_SECRET": shlex.join([sys.executable, "-c", _PRINT]),
    "CARECYCLE_API_KEY": seed.CARECYCLE_API_KEY,
}
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/reconciler.yaml"))


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_example_validates(run_line: Line, folder: Path) -> None:
    assert run_line("-C", str(folder), "validate").code == 0


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_example_plans_in_every_environment(folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folder, tmp_path / folder.name)
    simulator = Simulator()
    project = Session(Options(directory=folder), environ=ENVIRON).project
    for environment in project.environments.values():
        for target in environment.targets.values():
            seed.plant_kore(simulator.world, target.account_id, target.app_id)
        handlers = dict.fromkeys(environment.targets, simulator.handle)
        options = Options(directory=folder, environment=environment.name)
        with Session(options, environ=ENVIRON, handlers=handlers) as session:
            planned = make_plan(session, session.open_ledger())
        assert {change.action for change in planned.plan.changes} == {Action.CREATE}
        assert not planned.plan.errored, planned.plan.diagnostics
    assert not any(logged.mutating for logged in simulator.requests())
