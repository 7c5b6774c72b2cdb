"""Which servers a project file may name: it is part of a pull request that may be hostile."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"
_VENDOR_DOMAIN = "kore.ai"
_VENDOR_HOSTS = frozenset({_VENDOR_DOMAIN, "api.carecycle.ai"})


def allowed_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    """The hosts, with or without a port, that the operator allows besides the vendors' own."""
    listed = environ.get(ALLOWED_HOSTS, "").split(",")
    return frozenset(host.strip().lower() for host in listed if host.strip())


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_problem(url: str, allowed: frozenset[str]) -> str | None:
    """Why a base URL may not be used, None when it may; never repeats the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    host = (parts.hostname or "").lower()
    shape = _shape_problem(url, parts, host)
    if shape is not None:
        return shape
    if is_loopback(host):
        return None
    if parts.scheme != "https":
        return "must begin with https://; plain http is for loopback only"
    named = host in allowed or (port is not None and f"{host}:{port}" in allowed)
    if named or (port in (None, 443) and _is_vendor(host)):
        return None
    return f"names a host that is neither a vendor's nor listed in {ALLOWED_HOSTS}"


def _shape_problem(url: str, parts: SplitResult, host: str) -> str | None:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "has characters that no URL has"
    if parts.scheme not in ("https", "http") or not host:
        return "must be a URL such as https://platform.kore.ai"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if "?" in url or "#" in url:
        return "must not have a query or a fragment"
    return None


def _is_vendor(host: str) -> bool:
    return host in _VENDOR_HOSTS or host.endswith(f".{_VENDOR_DOMAIN}")


def host_of(url: str) -> str:
    """Host and port, by which two URLs mean the same server."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return url
    return f"{(parts.hostname or '').lower()}:{port}"
