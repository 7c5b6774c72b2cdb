import subprocess
import sys
from datetime import timedelta

import jwt

from reconciler.providers.credentials import Credential
from reconciler.providers.kore.auth import signed
from reconciler.testing.clock import ManualClock

SECRET = "a-secret-of-at-least-thirty-two-bytes"  # noqa: S105


def credential(*, jti: bool, lifetime: timedelta | None = None) -> Credential:
    client_id = Credential(lambda: "cs-client", "environment variable KORE_CLIENT_ID")
    secret = Credential(lambda: SECRET, "environment variable KORE_CLIENT_SECRET")
    return signed(
        client_id, secret, subject="reconciler", jti=jti, clock=ManualClock(), lifetime=lifetime
    )


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


def test_a_token_with_a_lifetime_says_from_and_until_when_it_is_valid() -> None:
    token = credential(jti=False, lifetime=timedelta(minutes=5)).value()
    found = jwt.decode(token, options={"verify_signature": False})
    now = int(ManualClock().now().timestamp())
    assert found == {"sub": "reconciler", "appId": "cs-client", "iat": now, "exp": now + 300}


def test_the_key_of_a_signed_credential_is_a_secret_too() -> None:
    assert credential(jti=False).secrets() == (SECRET,)


def test_a_short_key_is_no_news_on_standard_error() -> None:
    code = (
        "from reconciler.clock import SystemClock\n"
        "from reconciler.providers.credentials import Credential\n"
        "from reconciler.providers.kore.auth import signed\n"
        "one = Credential(lambda: 'short', 'a variable')\n"
        "signed(one, one, subject='x', jti=True, clock=SystemClock()).value()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stderr == b""


def test_a_signed_credential_comes_from_where_its_secret_does() -> None:
    assert credential(jti=False).origin == "environment variable KORE_CLIENT_SECRET"
