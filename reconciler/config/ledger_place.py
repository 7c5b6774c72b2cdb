"""Whether the operator allows the place of the ledger that a project file names.

A pull request may change the project file, and so point a job at an empty or a prepared ledger.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path, PurePath

from reconciler.config.cautions import NOT_ALLOWED
from reconciler.config.project import Project
from reconciler.config.switches import is_on
from reconciler.diagnostics import error
from reconciler.errors import InvalidInput

ALLOWED_STATE = "RECONCILER_ALLOWED_STATE"


def require_allowed_state(project: Project, environ: Mapping[str, str]) -> None:
    """Raise InvalidInput unless the operator allows the ledger's place.

    The project's own `.reconciler` is always allowed. Everything else is allowed unless `CI` is
    set, or the operator lists places.
    """
    given = environ.get(ALLOWED_STATE, "").split(",")
    listed = [entry.strip() for entry in given if entry.strip()]
    if not listed and not is_on(environ, "CI"):
        return
    if not any(
        _is_below(project.state, entry) for entry in (*listed, f"{project.root}/.reconciler")
    ):
        summary = f"the ledger's place {project.state} is not allowed here"
        line = f"{ALLOWED_STATE}={shlex.quote(','.join((*listed, project.state)))}"
        detail = f"If it is the right place, set {line} where reconciler runs."
        found = error(NOT_ALLOWED, summary, detail, source=project.state_source)
        raise InvalidInput(summary, diagnostics=[found])


def _is_below(state: str, allowed: str) -> bool:
    """Whether a place is another one or below it, by whole segments."""
    here, there = _segments(state), _segments(allowed)
    return here[: len(there)] == there


def _segments(place: str) -> tuple[str, ...]:
    scheme, separator, rest = place.partition("://")
    if separator:
        return (f"{scheme}://", *rest.rstrip("/").split("/"))
    return PurePath(Path(place).resolve()).parts
