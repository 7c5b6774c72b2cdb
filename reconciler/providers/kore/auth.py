"""A client secret into the tokens for Kore.ai's `auth` header (docs/vendors/kore.md 2)."""

import warnings
from datetime import timedelta

import jwt

from reconciler.clock import Clock
from reconciler.errors import AuthenticationFailed
from reconciler.providers.credentials import Credential

# The vendor makes the secret, and a warning between our lines would look like a result.
warnings.filterwarnings("ignore", category=jwt.InsecureKeyLengthWarning)


def signed(
    client_id: Credential,
    secret: Credential,
    *,
    subject: str,
    jti: bool,
    clock: Clock,
    lifetime: timedelta | None = None,
) -> Credential:
    """A credential that signs exactly `{sub, appId}` with HS256.

    With `jti`, it also signs a new id per use, and with `lifetime` the moments from and until which
    the token is valid. The vendor documents no such claim, so none is added by default.
    """

    def supply() -> str:
        claims: dict[str, str | int] = {"sub": subject, "appId": client_id.value()}
        if jti:
            claims["jti"] = clock.new_id()
        if lifetime is not None:
            now = clock.now()
            claims["iat"] = int(now.timestamp())
            claims["exp"] = int((now + lifetime).timestamp())
        try:
            return jwt.encode(claims, secret.value(), algorithm="HS256")
        except jwt.PyJWTError:  # its text may quote the key
            raise AuthenticationFailed(
                f"the credential from {secret.origin} cannot sign a token"
            ) from None

    return Credential(supply, secret.origin, key=secret)
