"""Whether the files of a ledger or a cache are this machine's own, and not a stranger's branch's.

A committed file, or a link, would let whoever can write to the repository decide what was sent.
"""

from pathlib import Path

from reconciler.errors import LedgerRefused
from reconciler.ledger.git_index import first_tracked, work_tree
from reconciler.links import first_link

_SUFFIXES = ("", "-wal", "-journal", "-shm")
"""The database, and the files beside it from which SQLite restores or continues it."""


def require_own_file(path: Path, root: Path, what: str) -> None:
    """Raise LedgerRefused for a file that git tracks or a link leads to, a pipe, or a device.

    `what` is `ledger` or `cache`; `path` is absolute, and `root` is the resolved project folder.
    """
    files = [path.with_name(path.name + suffix) for suffix in _SUFFIXES]
    try:
        _require_plain(files, root, what)
    except OSError as problem:
        raise LedgerRefused(
            f"the {what} {path} cannot be looked at: {problem.strerror}",
            "Whoever runs this needs permission to read that folder.",
        ) from None
    folder = path.parent.resolve()
    tracked = first_tracked([folder / file.name for file in files])
    if tracked is None:
        return
    if tracked.unclear:
        raise LedgerRefused(
            f"the {what} {path} may be tracked by git, whose index is split or sparse",
            f"Run `{tracked.unclear}`. Then it is known, and you are told if it is tracked.",
        )
    raise LedgerRefused(
        f"the {what} {path} is tracked by git",
        "Whoever can write to the repository could change what it says. Run "
        f"`git rm --cached {tracked.path.as_posix()}`, and let .gitignore name it.",
    )


def _require_plain(files: list[Path], root: Path, what: str) -> None:
    path = files[0]
    for file in files:
        link = first_link(file, root)
        if link is not None:
            raise LedgerRefused(
                f"the {what} {path} is reached through a link, {link.relative_to(root)}",
                "Remove the link. To keep the ledger elsewhere, write its path under `state` in "
                "the project file.",
            )
        if file.exists() and not (file.is_file() or file.is_dir()):
            raise LedgerRefused(
                f"the {what} {path} is a pipe or a device", "Check `state` in the project file."
            )


def is_in_work_tree(path: Path, root: Path) -> bool:
    """Whether a file is in the project's folder, or in any work tree of git."""
    real = path.parent.resolve() / path.name
    return real.is_relative_to(root) or work_tree(real) is not None
