"""A client secret into the tokens for Kore.ai's `auth` header (docs/vendors/kore.md 2)."""

import jwt

from reconciler.clock import Clock
from reconciler.providers.credentials import Credential


def signed(
    client_id: Credential, secret: Credential, *, subject: str, jti: bool, clock: Clock
) -> Credential:
    """A credential that signs exactly `{sub, appId}` with HS256; with `jti`, also a new id per use.

    The vendor documents no lifetime claim, so none is added.
    """

    def supply() -> str:
        claims = {"sub": subject, "appId": client_id.value()}
        if jti:
            claims["jti"] = clock.new_id()
        return jwt.encode(claims, secret.value(), algorithm="HS256")

    return Credential(supply, secret.origin, key=secret)
