"""A package shows its README with links that work, and its source has all pages they lead to."""

import re
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

ROOT = Path(__file__).parent.parent
RELATIVE = re.compile(r"\]\((?![a-z]+:|#)")
ADDRESSES = {
    "PROJECT_URL": "https://code.example.org/acme/reconciler/",
    "CI_PROJECT_URL": "https://code.example.org/acme/reconciler",
}


def metadata() -> ProjectMetadata[PluginManager]:
    return ProjectMetadata(str(ROOT), PluginManager())


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", *ADDRESSES):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("variable", ADDRESSES)
def test_a_package_page_links_to_the_repository(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, ADDRESSES[variable])
    core = metadata().core
    base = "https://code.example.org/acme/reconciler"
    assert f"]({base}/blob/HEAD/docs/guides/first-project.md)" in core.readme
    assert f"]({base}/tree/HEAD/examples)" in core.readme
    assert not RELATIVE.search(core.readme)
    assert core.urls["Source"] == base
    assert core.urls["Documentation"] == f"{base}/blob/HEAD/docs/README.md"


def test_a_job_on_github_knows_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://code.example.org")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/reconciler")
    assert metadata().core.urls["Issues"] == "https://code.example.org/acme/reconciler/issues"


def test_a_package_page_has_no_link_that_leads_nowhere() -> None:
    core = metadata().core
    assert "your first project (`docs/guides/first-project.md`)" in core.readme
    assert not RELATIVE.search(core.readme)
    assert core.urls == {}


def test_the_source_distribution_has_the_pages_and_what_builds_it() -> None:
    files = {file.distribution_path for file in SdistBuilder(str(ROOT)).recurse_included_files()}
    assert {"docs/README.md", "SECURITY.md", "hatch_build.py", "README.md"} <= files
    for path in re.findall(r"\]\(([^):#]+)\)", (ROOT / "README.md").read_text("utf-8")):
        assert any(file == path or file.startswith(f"{path}/") for file in files), path
