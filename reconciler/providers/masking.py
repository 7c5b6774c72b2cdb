"""Credentials out of what a vendor sends back, in every form in which it may repeat them.

A vendor knows the credential that it was sent. So it could put it into a message, which is printed,
or into a campaign, which is printed, saved and imported.
"""

import base64
import html
import json
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from typing import cast
from urllib.parse import quote

from pydantic import JsonValue

from reconciler.resources.tree import Tree

MASK = "***"
_SHORTEST = 12
"""Characters of a credential that is looked for in data; a shorter one may be a common word."""
_SHORTEST_ENCODED = 8
"""The fewest characters of an encoded form; ordinary words may contain fewer by chance."""
_IN_A_ROW = 16
"""Characters of a credential that are masked in a message, even if the rest is cut off."""


class Masking:
    """The credentials of a request, which are replaced by three asterisks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(filter(None, secrets))

    def text(self, text: str) -> str:
        """A message without the credentials, and without longer parts of them."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return self._without_parts(text) if self._parts else text

    def tree(self, body: Tree) -> Tree:
        """A response's body without the credentials, in its values and its keys."""
        if not self._forms_in_data:
            return body
        text = json.dumps(body, ensure_ascii=False)
        found = [form for form in self._forms_in_data if _escaped(form) in text]
        return cast("Tree", _without(body, found)) if found else body

    @property
    def longest(self) -> int:
        """The length of the longest form, so that a text is not cut inside of one."""
        return max(map(len, self._forms), default=0)

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        """Every form, the longest first: one may contain another."""
        found = {form for secret in self._secrets for form in _forms(secret)}
        return tuple(sorted(found, key=lambda form: (-len(form), form)))

    @cached_property
    def _forms_in_data(self) -> tuple[str, ...]:
        return tuple(form for form in self._forms if len(form) >= _SHORTEST)

    @cached_property
    def _parts(self) -> frozenset[str]:
        """Every part of `_IN_A_ROW` characters of a form."""
        return frozenset(
            form[start : start + _IN_A_ROW]
            for form in self._forms
            for start in range(len(form) - _IN_A_ROW + 1)
        )

    def _without_parts(self, text: str) -> str:
        kept, start = [], 0
        while start < len(text):
            end = start
            # The parts of a run overlap; it ends behind the last of them.
            while text[end : end + _IN_A_ROW] in self._parts:
                end += 1
            if end > start:
                kept.append(MASK)
                start = end - 1 + _IN_A_ROW
            else:
                kept.append(text[start])
                start += 1
        return "".join(kept)


NOTHING_TO_MASK = Masking()


class KnownSecrets:
    """What the targets of a run sent as credentials; shared by their threads.

    A vendor may repeat what it learned from another one, or from a log.
    """

    def __init__(self) -> None:
        self._latest: dict[str, tuple[str, ...]] = {}
        self._guard = threading.Lock()

    def masking(self, target: str, secrets: tuple[str, ...]) -> Masking:
        """Masks the secrets of this target's latest request, and those of all other targets."""
        with self._guard:
            self._latest[target] = secrets
            return Masking({secret for latest in self._latest.values() for secret in latest})


def _without(value: JsonValue, forms: Iterable[str]) -> JsonValue:
    if isinstance(value, list):
        return [_without(item, forms) for item in value]
    if isinstance(value, dict):
        return {str(_without(key, forms)): _without(item, forms) for key, item in value.items()}
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, MASK)
    return value


def _escaped(text: str) -> str:
    """A text as JSON has it between quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is, and encoded in any way that is not too short to be a secret."""
    yield secret
    yield from (form for form in _encoded(secret) if len(form) >= _SHORTEST_ENCODED)


def _encoded(secret: str) -> Iterator[str]:
    """A secret escaped in JSON, HTML and URLs, in base64 and hex, and in other letters."""
    data = secret.encode()
    escaped = _escaped(secret)
    yield from (escaped, escaped.replace("/", "\\/"), _escaped(escaped))
    yield from (secret.lower(), secret.upper())
    yield from _in_html(secret)
    for percent in (quote(secret), quote(secret, safe=""), "".join(f"%{one:02X}" for one in data)):
        yield from (percent, _lower(percent), percent.replace("%20", "+"), quote(percent))
    yield from (data.hex(), data.hex().upper())
    yield from ("".join(f"\\u{byte:04{case}}" for byte in data) for case in "xX")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(data).decode("ascii")
        yield from (whole, whole.rstrip("="))
        for before in range(3):  # it may stand behind other bytes, as in `user:password`
            yield _inside(encode(bytes(before) + data).decode("ascii"), before, len(data))


def _in_html(secret: str) -> Iterator[str]:
    """A secret, escaped as in HTML or in JSON inside HTML."""
    for double, single in product(("&quot;", "&#34;"), ("&#x27;", "&#39;", "'")):
        yield html.escape(secret, quote=False).replace('"', double).replace("'", single)
    for markup in ("<>&", "<>&'"):
        escapes = {ord(character): f"\\u{ord(character):04x}" for character in markup}
        yield _escaped(secret).translate(escapes)


def _lower(percent: str) -> str:
    """A percent-encoded text with its hex digits in lower case."""
    first, *rest = percent.split("%")
    return "%".join((first, *(part[:2].lower() + part[2:] for part in rest)))


def _inside(encoded: str, before: int, size: int) -> str:
    """The characters of base64 that depend on nothing but `size` bytes after `before` others."""
    return encoded[(before * 8 + 5) // 6 : (before + size) * 8 // 6]
