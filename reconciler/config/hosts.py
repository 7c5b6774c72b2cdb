"""Which servers a project file may name; the file may come from a hostile pull request."""

import ipaddress
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"


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


def url_problem(url: str, allowed: frozenset[str], vendors: Sequence[str]) -> str | None:
    """Why a base URL may not be used, or None; never repeats the URL.

    `vendors` are the hosts of the plugins, the usual host first; `*.` stands for any subdomain.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    host = (parts.hostname or "").lower()
    shape = _shape_problem(url, parts, host, vendors)
    if shape is not None:
        return shape
    if is_loopback(host):
        return None
    if parts.scheme != "https":
        return "must begin with https://; plain http is for loopback only"
    named = host in allowed or (port is not None and f"{host}:{port}" in allowed)
    if named or (port in (None, 443) and _is_vendor(host, vendors)):
        return None
    return f"names a host that is neither a vendor's nor listed in {ALLOWED_HOSTS}"


def _shape_problem(url: str, parts: SplitResult, host: str, vendors: Sequence[str]) -> str | None:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "has characters that are not allowed in a URL"
    if parts.scheme not in ("https", "http") or not host:
        return f"must be a URL such as https://{vendors[0]}"
    if "@" in parts.netloc:
        return "must not contain a user name or password"
    if "?" in url or "#" in url:
        return "must not have a query or a fragment"
    return None


def _is_vendor(host: str, vendors: Sequence[str]) -> bool:
    return host in vendors or any(
        vendor.startswith("*.") and host.endswith(vendor[1:]) for vendor in vendors
    )


def host_of(url: str) -> str:
    """Host and port: equal for two URLs of the same server."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return url
    return f"{(parts.hostname or '').lower()}:{port}"
