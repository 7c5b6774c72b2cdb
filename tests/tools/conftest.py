"""The project and the simulator of the acceptance tests, for outputs that other programs read."""

from tests.acceptance.conftest import in_process, new_project, project, run_line, simulator, url

__all__ = ["in_process", "new_project", "project", "run_line", "simulator", "url"]
