"""What every test relies on: no network but loopback, a clean environment, fixed examples."""

import itertools
import os
import socket

import pytest
from hypothesis import HealthCheck, settings

from reconciler.workflow.provenance import COMMITS, RUN_PAGES
from tests.support.memory_folder import memory_folder

# The same examples in every run, whatever the machine's speed: nobody trusts a suite that fails
# by chance. HYPOTHESIS_PROFILE=default looks for new ones.
settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_configure() -> None:
    """Put the tests' folders in memory if the machine allows that."""
    if folder := memory_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


_OURS = (
    "CI",
    "RECONCILER_ENV",
    "RECONCILER_CONFIG",
    "RECONCILER_IN_AUTOMATION",
    "RECONCILER_ALLOWED_HOSTS",
    "RECONCILER_ALLOWED_STATE",
    "RECONCILER_CACHE_DIR",
    "RECONCILER_ALLOWED_CREDENTIALS",
    "CREDENTIALS_DIRECTORY",
    "RECONCILER_PROXY",
    "RECONCILER_STATE_DIR",
    "RECONCILER_CA_FILE",
    "NO_COLOR",
    "COLUMNS",
    "RECONCILER_CI_OUTPUT",
    "GITHUB_ACTIONS",
    "GITHUB_OUTPUT",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
    "GITLAB_CI",
    "CI_PROJECT_DIR",
    *COMMITS,
    *RUN_PAGES,
)
_NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def quiet_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in _OURS:
        monkeypatch.delenv(name, raising=False)
    # No test writes into the real home, or sees what another test left.
    state = tmp_path_factory.getbasetemp() / f"state-{next(_NUMBERS)}"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int] | str) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
