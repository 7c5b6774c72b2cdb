"""The manifests that a plan is about, and what to do next if the project has none."""

from dataclasses import replace

from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import InvalidInput
from reconciler.ledger.base import Ledger
from reconciler.workflow.session import NO_MANIFESTS, Manifests, Session

_BEGIN = "Write one, or import the live campaigns:" + command_lines("import --all")
_REMOVE = (
    "To remove the last campaigns, restore their manifests and set metadata.lifecycle: retired in "
    "each, or run:" + command_lines("plan --prune")
)


def manifests_to_plan(session: Session, ledger: Ledger, *, survey: bool = False) -> Manifests:
    """The valid manifests of the session's environment; raises InvalidInput.

    A survey, and whoever prunes, needs none: the last manifest may have been removed.
    """
    name = session.environment.name
    if survey or session.options.prune:
        return session.load_if_any(name)
    try:
        return session.load(name)
    except InvalidInput as problem:
        codes = {one.code for one in errors_in(problem.diagnostics)}
        if session.options.manifests or not codes <= NO_MANIFESTS:
            raise
        advice = _REMOVE if ledger.view().records else _BEGIN
        found = [_with_advice(one, advice) for one in problem.diagnostics]
        raise InvalidInput(str(problem), diagnostics=found) from None


def _with_advice(found: Diagnostic, advice: str) -> Diagnostic:
    if found.code not in NO_MANIFESTS:
        return found
    return replace(found, detail=f"{found.detail}\n{advice}")
