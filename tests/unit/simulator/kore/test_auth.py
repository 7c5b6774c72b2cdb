import jwt
import pytest

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from reconciler.testing.clock import ManualClock
from tests.support.simulator_client import START, KoreClient

NOW = START.timestamp()


def token(secret: str = seed.KORE_CLIENT_SECRET, **claims: object) -> str:
    payload = {"sub": "reconciler", "appId": seed.KORE_CLIENT_ID, **claims}
    return jwt.encode(payload, secret, algorithm="HS256")


def status(kore: KoreClient, **headers: str) -> int:
    kore.headers |= headers
    return kore("POST", "/getAllCampaignDetails", {"type": "sms"}).status


def test_a_token_signed_with_the_client_secret_is_accepted(kore: KoreClient) -> None:
    assert status(kore, auth=token()) == 200


@pytest.mark.parametrize(
    "auth",
    [
        "",
        "wrong",
        f"Bearer {token()}",
        token("another secret that is long enough too"),
        token(appId="cs-unknown"),
        jwt.encode({"appid": seed.KORE_CLIENT_ID}, seed.KORE_CLIENT_SECRET),
        jwt.encode({"appId": seed.KORE_CLIENT_ID}, seed.KORE_CLIENT_SECRET * 2, "HS512"),
        token(exp=int(NOW) - 1),
        token(iat=int(NOW) + 60),
    ],
)
def test_any_other_token_is_refused(kore: KoreClient, auth: str) -> None:
    kore.headers["auth"] = auth
    refused = kore("POST", "/getAllCampaignDetails", {"type": "sms"})
    assert refused.status == 401
    assert refused.body["errors"][0]["code"] == 401


@pytest.mark.parametrize(
    ("headers", "switch"),
    [
        ({"iid": "st-other"}, "check_iid"),
        ({"accountid": "other"}, "check_account"),
        ({"accountid": ""}, "check_account"),
    ],
)
def test_headers_must_agree_with_path_and_query(
    kore: KoreClient, headers: dict[str, str], switch: str
) -> None:
    assert status(kore, **headers) == 401
    kore.simulator.change_switches({"kore": {switch: False}})
    assert status(kore, **headers) == (401 if switch == "check_iid" else 200)


def test_the_path_may_name_another_id_when_switched(kore: KoreClient) -> None:
    path = "/campaign/api/v2/public/st-path/campaign/getAllCampaignDetails"
    assert kore.at("POST", path, {"type": "sms"}).status == 401
    kore.simulator.change_switches({"kore": {"check_iid": False}})
    assert kore.at("POST", path, {"type": "sms"}).status == 200


def test_v2_needs_the_account_in_the_query_and_v1_does_not(
    kore: KoreClient, v1: KoreClient
) -> None:
    body: Tree = {"type": "sms"}
    assert kore("POST", "/getAllCampaignDetails", body, accountId="").status == 401
    assert v1("POST", "/getAllCampaignDetails", body).status == 200


def test_a_token_id_can_be_required_and_used_once(kore: KoreClient) -> None:
    kore.simulator.change_switches({"kore": {"jti": "required"}})
    assert status(kore, auth=token()) == 401
    assert status(kore, auth=token(jti="one")) == 200
    assert status(kore, auth=token(jti="one")) == 200
    kore.simulator.change_switches({"kore": {"jti": "no_replay"}})
    assert status(kore, auth=token(jti="two")) == 200
    assert status(kore, auth=token(jti="two")) == 401


def test_tokens_can_age(kore: KoreClient, clock: ManualClock) -> None:
    kore.simulator.change_switches({"kore": {"token_lifetime": 60, "clock_skew": 5}})
    assert status(kore, auth=token()) == 401
    assert status(kore, auth=token(iat=int(NOW))) == 200
    clock.sleep(66)
    assert status(kore, auth=token(iat=int(NOW))) == 401


def test_any_account_is_accepted_when_switched(kore: KoreClient) -> None:
    kore.simulator.change_switches({"accounts": "any"})
    kore.headers |= {"auth": "anything", "accountid": "mine"}
    body = {"type": "sms"}
    assert kore("POST", "/getAllCampaignDetails", body, accountId="mine").status == 200
    kore.headers["auth"] = ""
    assert kore("POST", "/getAllCampaignDetails", body, accountId="mine").status == 401


@pytest.mark.parametrize("path", ["/api/v3/x", "/campaign/api/v2/public/st/other", "/nothing"])
def test_unknown_paths_are_not_found(kore: KoreClient, path: str) -> None:
    assert kore.at("GET", path).status == 404
