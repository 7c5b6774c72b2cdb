"""Write a new project that validates, from a plugin's sample; never overwrites a project."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reconciler.config.checks import NAME_RULE, is_name
from reconciler.errors import InvalidInput
from reconciler.providers.discovery import built_in, load_plugin

_PROJECT = """\
# What this project manages and where. Credentials are references, never values.
apiVersion: reconciler/v1
kind: Project
project: {project}  # of this project alone; markers name it
manifests: [campaigns]
state: .reconciler/state.db
environments:
  {environment}:
    targets:
      {name}:
{target}\
        # A marker in each new description: a lost ledger then does not lose your campaigns.
        marker: description
"""
_IGNORE = (
    *(".reconciler/", "plan*.json", "plan*.md", "plan*.log"),
    *("changes-*.txt", "drift-*.md"),
)
"""What git must not keep: the ledger beside the project, saved plans, and what CI jobs write."""


@dataclass(frozen=True, slots=True)
class Scaffold:
    """The files that were written, and the manifest among them."""

    written: tuple[Path, ...]
    manifest: str


def sampled() -> tuple[str, ...]:
    """The providers that have a sample, in the order of `providers`."""
    return tuple(plugin.name for plugin in built_in() if plugin.sample)


def scaffold(folder: Path, project: str, *, provider: str, environment: str) -> Scaffold:
    """Write a project with that id and that environment into `folder`, with a provider's sample.

    Git's list of files to ignore gets the lines that it lacks. Raises InvalidInput if another file
    of it exists or one cannot be written, for a provider without a sample, and for a name that no
    environment may have.
    """
    sample = load_plugin(provider).sample
    if sample is None:
        raise InvalidInput(f"provider {provider} has no sample")
    if not is_name(environment):
        raise InvalidInput(f"{environment!r} is no name for an environment", NAME_RULE)
    target = textwrap.indent(sample.target, " " * 8)
    manifest = f"campaigns/{sample.manifest_name}.yaml"
    files = {
        "reconciler.yaml": _PROJECT.format(
            project=project, environment=_key(environment), name=sample.target_name, target=target
        ),
        manifest: sample.manifest,
    }
    try:
        _require_free(folder, files)
    except OSError as problem:
        raise InvalidInput(f"{folder} cannot be read: {problem.strerror}") from None
    ignored = folder / ".gitignore"
    known = _lines(ignored)
    written = [_write(folder / name, text) for name, text in files.items()]
    missing = [line for line in _IGNORE if line not in known]
    if missing:
        written.append(_write(ignored, "".join(f"{line}\n" for line in (*known, *missing))))
    return Scaffold(tuple(written), manifest)


def _key(name: str) -> str:
    """A name as a key, in quotes if YAML would read something else than text."""
    is_text = name[0].isalpha() and name.lower() not in ("null", "true", "false")
    return name if is_text else f'"{name}"'


def _require_free(folder: Path, files: Iterable[str]) -> None:
    for name in (*files, ".gitignore", "campaigns"):
        if (folder / name).is_symlink():
            raise InvalidInput(f"{folder / name} is a link", "init writes nothing through a link.")
    for name in files:
        if (folder / name).exists():
            raise InvalidInput(
                f"{folder / name} already exists", "init never overwrites; choose an empty folder."
            )


def _lines(path: Path) -> list[str]:
    """The lines of a text file; none if there is no file."""
    try:
        return path.read_text("utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        raise InvalidInput(f"{path} cannot be read: {why}") from None


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InvalidInput(f"{path} cannot be written: {problem.strerror}") from None
    return path
