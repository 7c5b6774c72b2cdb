from pathlib import Path

import pytest

from reconciler.config.proxy import Wire, wire
from reconciler.errors import InvalidInput
from tests.support.project_files import KORE, problems, written

LOGIN = "http://ada:canary@proxy.example:3128"


def test_without_variables_nothing_is_set(tmp_path: Path) -> None:
    assert wire({}, tmp_path) == wire({"RECONCILER_PROXY": "", "RECONCILER_CA_FILE": ""}, tmp_path)
    assert wire({}, tmp_path) == Wire()


@pytest.mark.parametrize(
    "url", [LOGIN, "https://proxy.example", "http://[::1]:3128/", "http://10.0.0.1:80"]
)
def test_a_proxy_is_for_other_machines_only(tmp_path: Path, url: str) -> None:
    found = wire({"RECONCILER_PROXY": url}, tmp_path)
    assert found.to("https://platform.kore.ai").proxy == url
    for own in ("http://127.0.0.1:8321", "https://localhost", "http://[::1]:1/x"):
        assert found.to(own).proxy is None


@pytest.mark.parametrize(
    "url",
    [
        "canary",
        "socks5://canary@proxy.example",
        "http://",
        "http://ada:canary@",
        "http://canary@proxy.example:port",
        "http://canary@proxy.example:99999",
        "http://canary@proxy.example/path",
        "http://canary@proxy.example?q",
        "http://canary@[::1",
        "http://canary@[::g]:1",
        "http://ada:canary@a b",
        "http://canary@prüxy.example",
    ],
)
def test_what_is_no_proxy_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput, match="RECONCILER_PROXY") as caught:
        wire({"RECONCILER_PROXY": url}, tmp_path)
    assert "canary" not in repr(caught.value.diagnostics)


def test_a_login_is_in_no_representation(tmp_path: Path) -> None:
    assert "canary" not in repr(wire({"RECONCILER_PROXY": LOGIN}, tmp_path))


def test_a_relative_file_counts_from_the_folder(tmp_path: Path) -> None:
    assert wire({"RECONCILER_CA_FILE": "ca.pem"}, tmp_path).ca_file == tmp_path / "ca.pem"
    assert wire({"RECONCILER_CA_FILE": "/etc/ca"}, tmp_path).ca_file == Path("/etc/ca")


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("proxy: https://proxy.example:3128", "RECONCILER_PROXY=https://proxy.example:3128 "),
        (f"proxy: {LOGIN}", "RECONCILER_PROXY=http://proxy.example:3128 "),
        ("proxy: null", "RECONCILER_PROXY=http://proxy.example:3128 "),
        ("caFile: certs/company.pem", "RECONCILER_CA_FILE=certs/company.pem "),
        ("caFile: canary", "RECONCILER_CA_FILE=/etc/ssl/company-ca.pem "),
        ("caFile: [a]", "RECONCILER_CA_FILE=/etc/ssl/company-ca.pem "),
    ],
)
def test_the_message_names_the_line_to_add_to_the_project_file(
    tmp_path: Path, key: str, line: str
) -> None:
    (found,) = problems(tmp_path, written(prod={"a": f"{KORE}{key}\n"}))
    assert found.code == "operator-setting"
    assert line in found.summary
    assert "canary" not in repr(found)
