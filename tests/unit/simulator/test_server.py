"""The simulator over a real socket, and its network faults as an HTTP client sees them."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from reconciler.clock import SystemClock
from reconciler.errors import InvalidInput
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from reconciler.simulator.server import ServerAddress, serve
from reconciler.simulator.store import Store
from tests.support.simulator_client import sms

PATH = f"/campaign/api/v2/public/{seed.KORE_APP_ID}/campaign"
HEADERS = {
    "auth": seed.KORE_TOKEN,
    "iid": seed.KORE_APP_ID,
    "accountId": seed.KORE_ACCOUNT_ID,
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Simulator, ServerAddress]]:
    simulator = Simulator(clock=SystemClock())
    with serve(simulator) as address:
        yield simulator, address


@pytest.fixture
def live(served: tuple[Simulator, ServerAddress]) -> Iterator[Simulator]:
    simulator, _ = served
    yield simulator
    simulator.faults.clear()
    simulator.clear_requests()


@pytest.fixture
def client(served: tuple[Simulator, ServerAddress]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served[1].url, headers=HEADERS, timeout=5) as client:
        yield client


def create(client: httpx.Client, timeout: float = 5) -> httpx.Response:
    query = {"accountId": seed.KORE_ACCOUNT_ID, "campaignType": "sms"}
    return client.post(PATH, params=query, json=sms(), timeout=timeout)


def test_a_campaign_is_made_and_read_over_the_socket(live: Simulator, client: httpx.Client) -> None:
    made = create(client).json()["data"]["_id"]
    read = client.get(f"{PATH}/{made}", params={"accountId": seed.KORE_ACCOUNT_ID})
    assert read.json()["data"]["name"] == "Renewal Assistant"
    first = live.requests()[0]
    assert first.headers["auth"] == "***"
    assert first.query == {"accountId": seed.KORE_ACCOUNT_ID, "campaignType": "sms"}


def test_the_control_endpoint_and_carecycle_are_served_too(
    live: Simulator, client: httpx.Client
) -> None:
    seeded = live.seed_carecycle({"name": "Spring"})
    key = {"x-api-key": seed.CARECYCLE_API_KEY}
    assert client.get(f"/v2/campaigns/{seeded}", headers=key).status_code == 200
    assert client.get("/_simulator/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        ("reset_before", httpx.ReadError, 0),
        ("reset_after", httpx.ReadError, 1),
        ("truncated", httpx.RemoteProtocolError, 1),
        ("timeout_before", httpx.ReadTimeout, 0),
        ("timeout_after", httpx.ReadTimeout, 1),
    ],
)
def test_a_fault_breaks_the_connection_and_the_next_request_works(
    live: Simulator, client: httpx.Client, fault: str, error: type[Exception], made: int
) -> None:
    before = len(live.campaigns())
    live.faults.add(f"kore.create:{fault}")
    with pytest.raises(error):
        create(client, timeout=0.3)
    assert len(live.campaigns()) - before == made
    assert create(client).status_code == 200


def test_a_slow_answer_does_not_hold_up_others(live: Simulator, client: httpx.Client) -> None:
    live.faults.add("kore.create:slow=30")
    with pytest.raises(httpx.ReadTimeout):
        create(client, timeout=0.1)
    assert create(client).status_code == 200


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "::"])
def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(InvalidInput, match="does not listen"), serve(Simulator(), host=host):
        pass


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port}"), serve(Simulator(), port=port):
            pass


def test_it_stops_with_nothing_left_even_while_holding_a_request() -> None:
    simulator = Simulator(faults=["*:timeout_before:*"])
    threads = threading.active_count()
    with serve(simulator) as address, httpx.Client(base_url=address.url) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v2/campaigns", timeout=0.1)
        port = address.port
    assert threading.active_count() == threads
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/_simulator/health")


def test_run_forever_serves_until_it_is_interrupted() -> None:
    script = (
        "from reconciler.simulator.core import Simulator\n"
        "from reconciler.simulator.server import run_forever\n"
        "from reconciler.simulator.store import Store\n"
        "with Store() as store:\n"
        "    ready = lambda address: print(address.url, flush=True)\n"
        "    run_forever(Simulator(store), on_ready=ready)\n"
        "print('stopped')"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/_simulator/health").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10) == ("stopped\n", "")
        assert process.returncode == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:8321"},
        {"host": "127.0.0.1.evil.example"},
        {"host": ""},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/_simulator/campaigns", PATH])
def test_a_page_of_another_site_reaches_nothing(
    live: Simulator, client: httpx.Client, headers: dict[str, str], path: str
) -> None:
    before = live.campaigns()
    answer = client.post(path, json={"name": "Planted"}, headers=headers)
    assert answer.status_code in (400, 403)
    assert live.requests() == []
    assert live.campaigns() == before


@pytest.mark.parametrize("host", ["localhost", "localhost:8321", "127.0.0.1", "[::1]:8321"])
def test_this_machine_is_answered_under_each_of_its_names(client: httpx.Client, host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    assert client.get("/_simulator/health", headers=headers).status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such modes there")
def test_a_data_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    with Store(path) as store:
        Simulator(store)
        assert {one.stat().st_mode & 0o077 for one in tmp_path.iterdir()} == {0}
