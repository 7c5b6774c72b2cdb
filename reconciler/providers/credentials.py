"""Where a credential comes from and how to get it; its value is used only in requests."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import AuthenticationFailed


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret with its origin, such as `environment variable KORE_JWT`.

    `supply` gives the value for one request; it may raise `AuthenticationFailed`.
    """

    supply: Callable[[], str]
    origin: str
    key: "Credential | None" = None
    """What signs the value, if the value is made for each request."""

    def value(self) -> str:
        """The value without surrounding white space; raises `AuthenticationFailed` if unusable."""
        value = self.supply().strip()
        if not value or not value.isascii() or not value.isprintable():
            fault = "has characters that are not allowed in a credential" if value else "is empty"
            raise AuthenticationFailed(f"the credential from {self.origin} {fault}")
        return value

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown besides the value: the key that signs it."""
        return () if self.key is None else (self.key.value(), *self.key.secrets())
