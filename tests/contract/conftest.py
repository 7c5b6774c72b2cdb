"""S3 from moto on a free local port: one server for the whole session."""

import logging
import os
from collections.abc import Iterator, Mapping

import httpx
import pytest

from tests.support.ledgers import BUCKET


@pytest.fixture(scope="session")
def s3_config() -> Iterator[Mapping[str, str]]:
    """Settings of obstore for the bucket `BUCKET`; the credentials are made up."""
    # Imported here, because it takes most of a second and only these tests need it.
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    httpx.put(f"{endpoint}/{BUCKET}", trust_env=False).raise_for_status()
    yield {
        "endpoint": endpoint,
        "access_key_id": "test",
        "secret_access_key": "test",
        "region": "us-east-1",
    }
    server.stop()


@pytest.fixture(autouse=True)
def no_ambient_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
