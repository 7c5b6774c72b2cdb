"""Read saved plans, and decide what a plan file must prove before it is applied."""

import os
from collections.abc import Mapping
from pathlib import Path

from reconciler.command_lines import command_lines
from reconciler.config.switches import is_on
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import ApplyRefused, InvalidInput
from reconciler.plan.document.file import SavedPlan, load_plan
from reconciler.plan.document.signature import parse_keys
from reconciler.regular_file import read_regular, reason

PLAN_KEY = "RECONCILER_PLAN_KEY"
_LARGEST = 128 * 1024 * 1024
_UNSENT = "Nothing was sent."


def plan_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """The operator's keys for plans, or none; raises InvalidInput for a key that is too short."""
    try:
        return parse_keys(environ.get(PLAN_KEY, ""))
    except ValueError as problem:
        raise InvalidInput(
            f"{PLAN_KEY} cannot be used: {problem}",
            "Make one with: openssl rand -hex 32",
        ) from problem


def signing_key(environ: Mapping[str, str]) -> bytes:
    """The key that signs new plans, or b""; raises as `plan_keys` does."""
    return next(iter(plan_keys(environ)), b"")


def read_plan(path: Path) -> SavedPlan:
    """A saved plan; raises ApplyRefused for a file that is missing, damaged, or not a plan."""
    try:
        # The operator names the file, so a link is followed, but nothing is waited for.
        data = read_regular(Path(os.path.realpath(path)), _LARGEST)
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        raise ApplyRefused(
            f"there is no plan file {path}"
            if missing
            else f"the plan file {path} cannot be read: {reason(problem)}",
            f"Save one:{command_lines('plan --out FILE')}",
        ) from problem
    return load_plan(data)


def doubts(saved: SavedPlan, environ: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """What a reader of a saved plan should know about its signature.

    Raises ApplyRefused for a signature that none of the keys made.
    """
    keys = plan_keys(environ)
    if saved.signature is None:
        return (_doubt("the plan is not signed"),) if keys else ()
    if keys:
        _require_verified(saved, keys)
        return ()
    return (_doubt("signature not checked here", f"Set {PLAN_KEY} to check it."),)


def require_proof(saved: SavedPlan, environ: Mapping[str, str], *, expected: str = "") -> None:
    """Raise ApplyRefused unless the plan is signed as the operator wants, and the `expected` one.

    `expected` is the hash that its file must have; "" accepts any.
    """
    keys = plan_keys(environ)
    if expected and expected != saved.sha256:
        raise ApplyRefused(
            f"this is another plan: its sha256 is {saved.sha256}, and {expected} is expected",
            _UNSENT,
        )
    if saved.signature is None and keys:
        raise ApplyRefused(
            f"the plan is not signed, and {PLAN_KEY} is set",
            f"{_UNSENT} Plan again with {PLAN_KEY} set.",
        )
    if saved.signature is not None and not keys:
        raise ApplyRefused(
            "the plan is signed, and its signature cannot be checked",
            f"{_UNSENT} Set {PLAN_KEY} to the key that signed it.",
        )
    if keys:
        _require_verified(saved, keys)


def unused_acceptances(saved: SavedPlan, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The gates that a plan says are accepted, if nobody can know who wrote that.

    With `CI` set, a plan that is not signed may come from anybody who can write to the branch.
    """
    unknown = saved.signature is None and is_on(environ, "CI")
    return saved.plan.allow if unknown else ()


def unused_warnings(saved: SavedPlan, environ: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The acceptances that are not used, as a warning."""
    codes = unused_acceptances(saved, environ)
    if not codes:
        return ()
    return (
        _doubt(
            f"what the plan accepts is not used: {', '.join(codes)}",
            "The plan is not signed, and CI is set. Give --allow to apply, or sign plans with "
            f"{PLAN_KEY}.",
        ),
    )


def _doubt(summary: str, detail: str = "") -> Diagnostic:
    return warning("plan-signature", summary, detail)


def _require_verified(saved: SavedPlan, keys: tuple[bytes, ...]) -> None:
    if not saved.verified(keys):
        raise ApplyRefused(
            f"the plan was not signed with the key in {PLAN_KEY}, or was altered afterwards",
            f"{_UNSENT} Plan again with the same key.",
        )
