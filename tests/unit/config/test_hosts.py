import pytest

from reconciler.config.hosts import allowed_hosts, host_of, is_loopback, url_problem
from reconciler.config.plugins import Plugins

LISTED = " Proxy.example , api.example:8443,[2001:db8::1]:99,"
ALLOWED = allowed_hosts({"RECONCILER_ALLOWED_HOSTS": LISTED})
VENDORS = Plugins().hosts()
KORE = VENDORS["kore"]


@pytest.mark.parametrize(
    "url",
    [
        "https://platform.kore.ai",
        "https://PLATFORM.KORE.AI/",
        "https://eu-platform.kore.ai:443/path",
        "https://kore.ai",
        "https://[2001:db8::1]:99",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://localhost:1",
        "https://[::1]:9",
        "https://proxy.example:1234",
        "https://api.example:8443",
    ],
)
def test_the_vendor_loopback_and_allowed_hosts_may_be_named(url: str) -> None:
    assert url_problem(url, ALLOWED, KORE) is None


def test_each_provider_has_hosts_of_its_own() -> None:
    for url, owner in (
        ("https://api.carecycle.ai", "carecycle"),
        ("https://platform.kore.ai", "kore"),
    ):
        for provider in ("kore", "carecycle"):
            problem = url_problem(url, ALLOWED, VENDORS[provider])
            assert (problem is None) == (provider == owner)
    assert "neither the provider's own" in (url_problem("https://kore.ai", ALLOWED, ()) or "")


@pytest.mark.parametrize("value", ["", "0", "False", "no"])
def test_this_machine_needs_no_entry_unless_it_is_a_ci_job(value: str) -> None:
    url, name = "http://127.0.0.1:8321", "RECONCILER_ALLOWED_HOSTS"
    assert url_problem(url, allowed_hosts({"CI": value}), KORE) is None
    for listed in ("", "127.0.0.1:1", "localhost"):
        allowed = allowed_hosts({"CI": "true", name: listed})
        assert "must be listed in RECONCILER_ALLOWED_HOSTS" in (
            url_problem(url, allowed, KORE) or ""
        )
    for listed in ("127.0.0.1", "127.0.0.1:8321"):
        assert url_problem(url, allowed_hosts({"CI": "true", name: listed}), KORE) is None
    for listed in ("::1", "[::1]", "[::1]:9"):
        allowed = allowed_hosts({"CI": "true", name: listed})
        assert url_problem("http://[::1]:9", allowed, KORE) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        *(
            (f"https://platform.kore.ai{path}", "has a path with dots, escapes or empty parts")
            for path in ("/..//x", "/a/../b", "/a/./b", "/..", "/%2e%2e/x", "//x", "/;@x", "/a//")
        ),
        ("http://platform.kore.ai", "must begin with https://"),
        ("http://proxy.example", "must begin with https://"),
        ("https://kore.ai.evil.example", "neither the provider's"),
        ("https://evilkore.ai", "neither the provider's"),
        ("https://kore.ai:8443", "neither the provider's"),
        ("https://carecycle.ai", "neither the provider's"),
        ("https://api.example", "neither the provider's"),
        ("https://api.example:9000", "neither the provider's"),
        ("https://169.254.169.254", "neither the provider's"),
        ("https://10.0.0.1", "neither the provider's"),
        ("https://2130706433", "neither the provider's"),
        ("https://localhost.evil.example", "neither the provider's"),
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
        ("https://[2001:db8::1%25.kore.ai]", "has a host that is neither"),
        ("https://[2001:db8::1%.kore.ai]", "has a host that is neither"),
        ("https://evil%2eexample%2f.kore.ai", "has a host that is neither"),
        ("https://a..kore.ai", "has a host that is neither"),
        ("https://.kore.ai", "has a host that is neither"),
        ("https://platform.kore.ai.", "has a host that is neither"),
        ("https://a_b.kore.ai", "has a host that is neither"),
        ("https://-a.kore.ai", "has a host that is neither"),
        ("https://a*.kore.ai", "has a host that is neither"),
        (f"https://{'a' * 64}.kore.ai", "has a host that is neither"),
        (f"https://{'a.' * 130}kore.ai", "has a host that is neither"),
        ("https://[2001:db8::1]:98", "neither the provider's"),
        ("https://127.1", "neither the provider's"),
        ("https://[::ffff:10.0.0.1]", "neither the provider's"),
    ],
)
def test_anything_else_is_refused(url: str, problem: str) -> None:
    assert problem in (url_problem(url, ALLOWED, KORE) or "")


def test_only_this_machine_is_loopback() -> None:
    names = ["localhost", "127.0.0.1", "::1", "10.0.0.1", "128.0.0.1", "localhost.example"]
    assert [is_loopback(name) for name in names] == [True, True, True, False, False, False]


def test_two_urls_of_one_server_have_one_host() -> None:
    assert host_of("https://API.carecycle.ai/") == host_of("https://api.carecycle.ai:443/x")
    assert host_of("http://localhost") == "localhost:80"
    assert host_of("https://[::1") == "https://[::1"
