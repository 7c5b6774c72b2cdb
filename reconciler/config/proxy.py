"""How reconciler reaches the vendors: a proxy and extra certificates, from the environment.

Both decide who can read a credential in transit. A pull request may change the project file, so
that file cannot set them. The proxy's user name and password are never shown.
"""

import ipaddress
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import PlainValidator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from reconciler.config.hosts import is_loopback
from reconciler.errors import InvalidInput

PROXY = "RECONCILER_PROXY"
CA_FILE = "RECONCILER_CA_FILE"
_PROXY_EXAMPLE = "http://proxy.example:3128"
_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
_SHOWN_PROXY = re.compile(r"\Ahttps?://[A-Za-z0-9.\-\[\]:]{1,255}/?\Z")
_SHOWN_FILE = re.compile(r"\A[\w./-]{1,255}\.(?:pem|crt|cer)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wire:
    """The proxy's URL, and a file of certificates to trust in addition to the public roots."""

    proxy: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def to(self, base_url: str) -> "Wire":
        """The settings for one server: the proxy is not used for this machine."""
        host = urlsplit(base_url).hostname or ""
        return Wire(None, self.ca_file) if is_loopback(host) else self


def wire(environ: Mapping[str, str], folder: Path) -> Wire:
    """The settings from the environment; an empty variable counts as not set.

    A relative path starts at `folder`. Raises InvalidInput if the proxy is not a proxy URL.
    """
    proxy, ca_file = environ.get(PROXY, ""), environ.get(CA_FILE, "")
    if proxy and not _is_proxy(proxy):
        raise InvalidInput(
            f"{PROXY} is not the URL of a proxy",
            f"Write {_PROXY_EXAMPLE} or http://user:password@proxy.example:3128, with a "
            "percent-encoded user name and password.",
        )
    return Wire(proxy or None, folder / ca_file if ca_file else None)


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        if ":" in host:
            ipaddress.IPv6Address(host)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    return (
        plain and bare and parts.scheme in ("http", "https") and _HOST.fullmatch(host) is not None
    )


def _refused(name: str, example: str, shown: re.Pattern[str]) -> Callable[[object], None]:
    """Refuse a key that only the operator may set; the error has the line to set, if it is safe."""

    def refuse(value: object) -> None:
        safe = value if isinstance(value, str) and shown.fullmatch(value) else example
        raise PydanticCustomError(
            "operator_setting",
            "this decides who can read the credentials, so a project file may not set it. If the "
            "value is right, set {line} where reconciler runs, and remove the key",
            {"line": f"{name}={shlex.quote(safe)}"},
        )

    return refuse


NoProxy = SkipJsonSchema[
    Annotated[None, PlainValidator(_refused(PROXY, _PROXY_EXAMPLE, _SHOWN_PROXY))]
]
NoCaFile = SkipJsonSchema[
    Annotated[None, PlainValidator(_refused(CA_FILE, "/etc/ssl/company-ca.pem", _SHOWN_FILE))]
]
