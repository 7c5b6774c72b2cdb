import jwt

from reconciler.providers.credentials import Credential
from reconciler.providers.kore.auth import signed
from reconciler.testing.clock import ManualClock

SECRET = "a-secret-of-at-least-thirty-two-bytes"  # noqa: S105


def credential(*, jti: bool) -> Credential:
    client_id = Credential(lambda: "cs-client", "environment variable KORE_CLIENT_ID")
    secret = Credential(lambda: SECRET, "environment variable KORE_CLIENT_SECRET")
    return signed(client_id, secret, subject="reconciler", jti=jti, clock=ManualClock())


def claims(token: str) -> object:
    return jwt.decode(token, SECRET, algorithms=["HS256"])


def test_a_token_claims_exactly_subject_and_app() -> None:
    token = credential(jti=False).value()
    assert claims(token) == {"sub": "reconciler", "appId": "cs-client"}
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


def test_with_jti_every_request_has_a_token_of_its_own() -> None:
    source = credential(jti=True)
    assert [claims(source.value()) for _ in range(2)] == [
        {"sub": "reconciler", "appId": "cs-client", "jti": "00000000-0000-4000-8000-000000000001"},
        {"sub": "reconciler", "appId": "cs-client", "jti": "00000000-0000-4000-8000-000000000002"},
    ]


def test_a_signed_credential_comes_from_where_its_secret_does() -> None:
    assert credential(jti=False).origin == "environment variable KORE_CLIENT_SECRET"
