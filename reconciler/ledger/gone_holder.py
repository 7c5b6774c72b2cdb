"""Identifies this process, and proves that another process is gone.

The proof needs the same boot, the same pid namespace and a kernel that reports when a process
started. Without proof a lease has to run out.
"""

import os
from collections.abc import Mapping
from pathlib import Path

_PROC = Path("/proc")


def process_identity() -> Mapping[str, str]:
    """Boot id, pid namespace, pid and start time of this process; empty where there is no /proc."""
    try:
        return {
            "boot_id": _boot_id(),
            "pid_namespace": _pid_namespace(),
            "pid": str(os.getpid()),
            "started": _started(os.getpid()),
        }
    except (OSError, ValueError):
        return {}


def is_gone(process: Mapping[str, str]) -> bool:
    """Whether the process is proven dead; False when this machine cannot tell."""
    try:
        if process["boot_id"] != _boot_id() or process["pid_namespace"] != _pid_namespace():
            return False
        pid = int(process["pid"])
        os.kill(pid, 0)
        return _started(pid) != process["started"]
    except ProcessLookupError:
        return True
    except (KeyError, ValueError, OSError):
        return False


def _boot_id() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _pid_namespace() -> str:
    return str((_PROC / "self/ns/pid").readlink())


def _started(pid: int) -> str:
    """Field 22 of proc(5)'s stat; raises ProcessLookupError for a zombie, which writes no more."""
    stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"} and len(list((_PROC / str(pid) / "task").iterdir())) <= 1:
        raise ProcessLookupError
    return fields[19]
