import pytest

from reconciler.simulator import seed
from tests.support.simulator_client import CareClient


@pytest.mark.parametrize("key", ["", "cc_wrong"])
def test_a_wrong_key_is_refused(care: CareClient, key: str) -> None:
    care.key = key
    assert care.code("GET") == (401, "UNAUTHORIZED")


def test_a_read_only_key_may_read_and_not_write(care: CareClient) -> None:
    made = care.made()
    care.key = seed.CARECYCLE_READ_ONLY_KEY
    assert care("GET", f"/{made}").status == 200
    for method, rest in (("POST", ""), ("PATCH", f"/{made}")):
        assert care.code(method, rest, {"name": "n"}) == (403, "FORBIDDEN")


def test_any_key_is_accepted_when_switched(care: CareClient) -> None:
    care.simulator.change_switches({"accounts": "any"})
    care.key = "cc_mine"
    made = care.made(templateId="99999999-8888-4777-8666-555555555555")
    assert care("GET", f"/{made}").status == 200
    care.key = seed.CARECYCLE_API_KEY
    assert care("GET", f"/{made}").status == 404


@pytest.mark.parametrize(("method", "rest"), [("DELETE", ""), ("PUT", "/x"), ("GET", "/x/y")])
def test_unknown_paths_are_not_found(care: CareClient, method: str, rest: str) -> None:
    assert care.code(method, rest) == (404, "NOT_FOUND")
