"""Everything wrong in a project, without asking anybody: offline, no credential is resolved."""

from reconciler.diagnostics import Diagnostic
from reconciler.errors import ExitCode, InvalidInput
from reconciler.workflow.session import Session


def validate(session: Session) -> tuple[tuple[Diagnostic, ...], int]:
    """All diagnostics, and how many campaigns the chosen environments have together."""
    environment = session.environment.name if _one_chosen(session) else None
    try:
        manifests = session.load(environment)
    except InvalidInput as problem:
        return problem.diagnostics, 0
    addresses = {one.address for desired in manifests.desired.values() for one in desired}
    return manifests.warnings, len(addresses)


def validation_exit_code(diagnostics: tuple[Diagnostic, ...]) -> ExitCode:
    """3 as soon as one of them is an error."""
    return ExitCode.INVALID if any(d.severity == "error" for d in diagnostics) else ExitCode.OK


def _one_chosen(session: Session) -> bool:
    return bool(session.options.environment or session.environ.get("RECONCILER_ENV"))
