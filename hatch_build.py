"""What a package page needs to know about the repository: its address, and where links lead.

The page of a package shows the README, but not the files beside it. So their links become absolute
where the address of the repository is known, and plain text elsewhere. CI jobs know it; anybody
else sets PROJECT_URL.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<path>(?![a-z]+:|#)[^)\s]+)\)")
"""A link to a file of the repository."""


class PackagePage(MetadataHookInterface):
    """Sets `readme` and `urls` when a package is built."""

    def update(self, metadata: dict[str, Any]) -> None:
        """See `MetadataHookInterface.update`."""
        url = repository(os.environ)
        readme = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": page(readme, url)}
        metadata["urls"] = urls(url)


def repository(environ: Mapping[str, str]) -> str:
    """The address of the repository, or "" where nothing tells it."""
    known = environ.get("PROJECT_URL") or environ.get("CI_PROJECT_URL") or ""
    server, name = environ.get("GITHUB_SERVER_URL"), environ.get("GITHUB_REPOSITORY")
    if not known and server and name:
        known = f"{server}/{name}"
    return known.rstrip("/")


def page(readme: str, url: str) -> str:
    """The README with links that work on every page that shows it."""

    def absolute(found: re.Match[str]) -> str:
        text, path = found["text"], found["path"]
        return f"[{text}]({_place(url, path)})" if url else f"{text} (`{path}`)"

    return _LINK.sub(absolute, readme)


def urls(url: str) -> dict[str, str]:
    """The links beside a package page."""
    if not url:
        return {}
    return {
        "Source": url,
        "Documentation": _place(url, "docs/README.md"),
        "Changelog": _place(url, "CHANGELOG.md"),
        "Security": _place(url, "SECURITY.md"),
        "Issues": f"{url}/issues",
    }


def _place(url: str, path: str) -> str:
    kind = "blob" if Path(path).suffix else "tree"
    return f"{url}/{kind}/HEAD/{path}"
