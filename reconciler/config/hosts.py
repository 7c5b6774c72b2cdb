"""Which servers a project file may name; the file may come from a hostile pull request."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from reconciler.config.switches import is_on

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[\w.~-]+)*/?", re.ASCII)
_LONGEST = 253


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts, with or without a port, that the operator allows besides the vendors' own."""

    listed: frozenset[str] = frozenset()
    loopback: bool = True
    """Whether this machine needs no entry: a CI job may have neighbours on it."""

    def names(self, host: str, port: int | None) -> bool:
        """Whether the operator's list has the host, or the host with this port."""
        name = f"[{host}]" if ":" in host else host
        return not self.listed.isdisjoint({host, name, f"{name}:{port}"})


def allowed_hosts(environ: Mapping[str, str]) -> AllowedHosts:
    """What the environment allows."""
    listed = environ.get(ALLOWED_HOSTS, "").split(",")
    names = frozenset(host.strip().lower() for host in listed if host.strip())
    return AllowedHosts(names, loopback=not is_on(environ, "CI"))


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_problem(url: str, allowed: AllowedHosts, own: Sequence[str] | None) -> str | None:
    """Why a base URL may not be used, or None; never repeats the URL.

    `own` are the hosts of the target's provider, the usual host first; `*.` stands for any
    subdomain. They are None for a provider that is not known, whose targets no command uses.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    host = (parts.hostname or "").lower()
    shape = _shape_problem(url, parts, host, own or ("api.example",))
    if shape is None and parts.scheme == "http" and not is_loopback(host):
        shape = "must begin with https://; plain http is for this machine only"
    if shape is not None or own is None or allowed.names(host, port):
        return shape
    if is_loopback(host):
        told = f"names this machine; if CI is set, that must be listed in {ALLOWED_HOSTS}"
        return None if allowed.loopback else told
    if port in (None, 443) and _is_own(host, own):
        return None
    return f"names a host that is neither the provider's own nor listed in {ALLOWED_HOSTS}"


def _shape_problem(url: str, parts: SplitResult, host: str, own: Sequence[str]) -> str | None:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "has characters that are not allowed in a URL"
    if parts.scheme not in ("https", "http") or not host:
        return f"must be a URL such as https://{own[0]}"
    if "@" in parts.netloc:
        return "must not contain a user name or password"
    if "?" in url or "#" in url:
        return "must not have a query or a fragment"
    if not _PATH.fullmatch(parts.path):
        return "has a path with dots, escapes or empty parts"
    wrong = "has a host that is neither a host name nor an IP address"
    return None if _is_host(host) else wrong


def _is_host(host: str) -> bool:
    """Whether a host is an address without a zone, or labels of letters, digits and hyphens."""
    try:
        return "%" not in host and bool(ipaddress.ip_address(host))
    except ValueError:
        labels = host.split(".")
        return len(host) <= _LONGEST and all(map(_LABEL.fullmatch, labels))


def _is_own(host: str, own: Sequence[str]) -> bool:
    return host in own or any(name.startswith("*.") and host.endswith(name[1:]) for name in own)


def host_of(url: str) -> str:
    """Host and port: equal for two URLs of the same server."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return url
    return f"{(parts.hostname or '').lower()}:{port}"
