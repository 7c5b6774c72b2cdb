import pytest

from reconciler.config.hosts import allowed_hosts, host_of, is_loopback, url_problem
from reconciler.config.plugins import Plugins

ALLOWED = allowed_hosts({"RECONCILER_ALLOWED_HOSTS": " Proxy.example , api.example:8443,"})

VENDORS = Plugins().hosts()


@pytest.mark.parametrize(
    "url",
    [
        "https://platform.kore.ai",
        "https://PLATFORM.KORE.AI/",
        "https://eu-platform.kore.ai:443/path",
        "https://kore.ai",
        "https://api.carecycle.ai",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://localhost:1",
        "https://[::1]:9",
        "https://proxy.example:1234",
        "https://api.example:8443",
    ],
)
def test_vendors_loopback_and_allowed_hosts_may_be_named(url: str) -> None:
    assert url_problem(url, ALLOWED, VENDORS) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://platform.kore.ai", "must begin with https://"),
        ("http://proxy.example", "must begin with https://"),
        ("https://kore.ai.evil.example", "neither a vendor's"),
        ("https://evilkore.ai", "neither a vendor's"),
        ("https://kore.ai:8443", "neither a vendor's"),
        ("https://carecycle.ai", "neither a vendor's"),
        ("https://api.example", "neither a vendor's"),
        ("https://api.example:9000", "neither a vendor's"),
        ("https://169.254.169.254", "neither a vendor's"),
        ("https://10.0.0.1", "neither a vendor's"),
        ("https://2130706433", "neither a vendor's"),
        ("https://localhost.evil.example", "neither a vendor's"),
        ("https://platform.kore.ai@evil.example", "user name"),
        ("https://u:p@platform.kore.ai", "user name"),
        ("https://platform.kore.ai?x=1", "query"),
        ("https://platform.kore.ai#x", "query"),
        ("https://platform.kore.ai\\@evil.example", "characters"),
        ("https://platform.kore.ai\n.evil.example", "characters"),
        ("https://platform.kor\u0435.ai", "characters"),
        ("ftp://platform.kore.ai", "must be a URL such as https://platform.kore.ai"),
        ("platform.kore.ai", "must be a URL"),
        ("https://", "must be a URL"),
        ("https://kore.ai:x", "is not a URL"),
        ("https://[::1", "is not a URL"),
    ],
)
def test_anything_else_is_refused(url: str, problem: str) -> None:
    assert problem in (url_problem(url, ALLOWED, VENDORS) or "")


def test_only_this_machine_is_loopback() -> None:
    names = ["localhost", "127.0.0.1", "::1", "10.0.0.1", "128.0.0.1", "localhost.example"]
    assert [is_loopback(name) for name in names] == [True, True, True, False, False, False]


def test_two_urls_of_one_server_have_one_host() -> None:
    assert host_of("https://API.carecycle.ai/") == host_of("https://api.carecycle.ai:443/x")
    assert host_of("http://localhost") == "localhost:80"
    assert host_of("https://[::1") == "https://[::1"
