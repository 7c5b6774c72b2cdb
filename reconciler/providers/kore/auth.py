"""A client secret into the tokens that Kore.ai's `auth` header wants (docs/vendors/kore.md 2)."""

import jwt

from reconciler.clock import Clock
from reconciler.providers.credentials import Credential


def signed(
    client_id: Credential, secret: Credential, *, subject: str, jti: bool, clock: Clock
) -> Credential:
    """A credential that signs HS256 over exactly `{sub, appId}`, with `jti` a fresh one each time.

    The vendor prints no lifetime claim, so none is added.
    """

    def supply() -> str:
        claims = {"sub": subject, "appId": client_id.value()}
        if jti:
            claims["jti"] = clock.new_id()
        return jwt.encode(claims, secret.value(), algorithm="HS256")

    return Credential(supply, secret.origin)
