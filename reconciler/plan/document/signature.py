"""Signs plan documents with a key that only the jobs which plan and apply have (HMAC-SHA256).

A signature proves which job made a plan. It does not prove what was in the branch.
"""

import hashlib
import hmac

SHORTEST_KEY = 32
"""In bytes."""
PLACEHOLDER = '"signature":null'
"""Where a signature goes; what is signed has this in its place."""


def parse_keys(text: str) -> tuple[bytes, ...]:
    """Keys that are separated by commas; raises ValueError for a short one, without repeating it.

    The first one signs, and each verifies, so that a key can be replaced.
    """
    keys = tuple(part.strip().encode("utf-8", "surrogateescape") for part in text.split(","))
    keys = tuple(filter(None, keys))
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"a key must have at least {SHORTEST_KEY} bytes")
    return keys


def signed(document: str, key: bytes) -> str:
    """An unsigned document with its signature."""
    return with_signature(document, _signature(document, key))


def with_signature(document: str, signature: str) -> str:
    """An unsigned document with this signature in its place."""
    return document.replace(PLACEHOLDER, f'"signature":"{signature}"', 1)


def verifies(document: str, signature: str, keys: tuple[bytes, ...]) -> bool:
    """Whether one of the keys made the signature of the unsigned document."""
    given = signature.encode()
    return any(hmac.compare_digest(_signature(document, key).encode(), given) for key in keys)


def _signature(document: str, key: bytes) -> str:
    return hmac.new(key, document.encode("ascii"), hashlib.sha256).hexdigest()
