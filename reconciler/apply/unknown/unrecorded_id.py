"""Writes the id of a created campaign to a file when the ledger could not record it."""

import contextlib
import json
import os
import shlex
from pathlib import Path

from reconciler.command_lines import command_lines
from reconciler.diagnostics import Diagnostic, error
from reconciler.resources.ledger_records import Intent


def keep_for_recovery(
    folder: Path, intent: Intent, remote_id: str, *, environment: str
) -> Diagnostic:
    """Write what `resolve --adopt` needs to an owner-only file; the error names that file."""
    adopt = f"--adopt {shlex.quote(remote_id)} -e {shlex.quote(environment)}"
    command = f"resolve {intent.address} {adopt}"
    content = {
        "what": "a campaign was created, and the ledger could not record it",
        "then_run": f"reconciler {command}",
        "address": str(intent.address),
        "target": intent.target,
        "remote_id": remote_id,
        "generation": intent.generation,
        "created_at": intent.created_at.isoformat(),
    }
    path = _path(folder, intent)
    known = f"The campaign exists as {remote_id} on {intent.target}."
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        kept = f"Its id could not be written to {path} either ({problem.strerror}): note it down."
    else:
        kept = f"Its id is in {path}."
    return error(
        "not-recorded",
        "created, but the ledger could not record it",
        f"{known} {kept} When the ledger works again, run:{command_lines(command)}",
        address=intent.address,
        target=intent.target,
    )


def discard_recovery(folder: Path, intent: Intent) -> None:
    """Remove the file of an intent that is settled, if there is one."""
    with contextlib.suppress(OSError):
        _path(folder, intent).unlink(missing_ok=True)


def _path(folder: Path, intent: Intent) -> Path:
    return folder / f"recovery-{intent.address}-{intent.run_id}.json"
