"""Write a new project that validates, from a plugin's sample; never overwrites a project."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import InvalidInput
from reconciler.providers.discovery import built_in

_PROJECT = """\
# What this project manages and where. Credentials are references, never values.
apiVersion: reconciler/v1
kind: Project
project: {project}  # of this project alone; markers name it
manifests: [campaigns]
state: .reconciler/state.db
environments:
  staging:
    targets:
      {name}:
{target}\
        # A marker in each new description: a lost ledger then does not lose your campaigns.
        marker: description
"""
_IGNORE = ".reconciler/\n"


def _files(project: str) -> Mapping[str, str]:
    """The text of each file by its path, with the sample of the first provider that has one."""
    sample = next(plugin.sample for plugin in built_in() if plugin.sample)
    target = textwrap.indent(sample.target, " " * 8)
    return {
        "reconciler.yaml": _PROJECT.format(project=project, name=sample.target_name, target=target),
        f"campaigns/{sample.manifest_name}.yaml": sample.manifest,
        ".gitignore": _IGNORE,
    }


def scaffold(folder: Path, project: str) -> tuple[Path, ...]:
    """Write a project with that id into `folder`.

    Raises InvalidInput if a file of it exists or cannot be written.
    """
    files = {folder / name: text for name, text in _files(project).items()}
    taken = [path for path in files if path.exists() and path.name != ".gitignore"]
    if taken:
        raise InvalidInput(
            f"{taken[0]} already exists", "init never overwrites; choose an empty folder."
        )
    written = []
    for path, text in files.items():
        if path.exists():
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as problem:
            raise InvalidInput(f"{path} cannot be written: {problem.strerror}") from None
        written.append(path)
    return tuple(written)
