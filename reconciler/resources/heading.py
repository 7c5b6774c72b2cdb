"""Where a command applies, as a value: the environment, its accounts and its ledger."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A target's account at its vendor."""

    target: str
    provider: str
    host: str
    account: str
    """The account's id, or the host where a vendor has no ids of accounts."""
    proxy: str = ""
    """The host of the proxy that its requests go through; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a person must see before deciding anything."""

    environment: str
    is_default: bool
    """Whether it is the environment that the project uses if none is chosen."""
    ledger: str
    """The place of the environment's ledger, as the project file has it."""
    accounts: tuple[Account, ...] = ()
    """By target."""
