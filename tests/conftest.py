"""What every test may rely on: no network but loopback, and a quiet environment."""

import socket

import pytest

_OURS = (
    "CI",
    "RECONCILER_ENV",
    "RECONCILER_CONFIG",
    "RECONCILER_IN_AUTOMATION",
    "RECONCILER_ALLOWED_HOSTS",
    "RECONCILER_ALLOW_EXEC",
    "NO_COLOR",
    "GITHUB_ACTIONS",
)


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _OURS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int] | str) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
