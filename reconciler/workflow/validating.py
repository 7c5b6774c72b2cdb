"""Find everything wrong in a project, offline; resolves no credential."""

from dataclasses import replace

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.errors import ExitCode, InvalidInput, ReconcilerError
from reconciler.plan.gates.acceptance import ended
from reconciler.workflow.session import Session


def validate(session: Session) -> tuple[tuple[Diagnostic, ...], int]:
    """All diagnostics, and the number of campaigns in the chosen environments."""
    environment = session.environment.name if _one_chosen(session) else None
    warnings = (*session.project.warnings, *_ledger_warnings(session))
    try:
        manifests = session.load(environment)
    except InvalidInput as problem:
        return (*warnings, *problem.diagnostics), 0
    campaigns = [one for desired in manifests.desired.values() for one in desired]
    over = {one.source: one for one in ended(campaigns, session.clock.now().date())}
    addresses = {one.address for one in campaigns}
    return (*warnings, *manifests.warnings, *over.values()), len(addresses)


def _ledger_warnings(session: Session) -> tuple[Diagnostic, ...]:
    """Why every command that needs the ledger would refuse here."""
    try:
        session.require_ledger_place()
    except ReconcilerError as problem:
        return tuple(replace(one, severity=Severity.WARNING) for one in problem.diagnostics)
    return ()


def validation_exit_code(diagnostics: tuple[Diagnostic, ...]) -> ExitCode:
    """3 if one of them is an error, else 0."""
    return ExitCode.INVALID if any(d.severity == "error" for d in diagnostics) else ExitCode.OK


def _one_chosen(session: Session) -> bool:
    return bool(session.options.environment or session.environ.get("RECONCILER_ENV"))
