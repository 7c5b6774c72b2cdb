"""Which credentials the targets of a provider may use: the operator decides, not the project file.

A pull request may change the project file, and so send any variable or file of the machine to a
vendor. Each provider therefore has names of its own, such as `KORE_*`, and the operator may list
others. Reads no value of a credential.
"""

import fnmatch
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from reconciler.config.secrets import VARIABLE, SecretRef
from reconciler.providers.plugin import ProviderPlugin

ALLOWED_CREDENTIALS = "RECONCILER_ALLOWED_CREDENTIALS"
CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
"""Set by systemd: the folder of a service's credentials."""
_OURS = "RECONCILER_"
_EITHER = "RECONCILER_CREDENTIAL_"
_BOUND = re.compile(r"([a-z][a-z0-9]*)=(.*)", re.DOTALL)
_FROM_VARIABLE = re.compile(rf"\$(?:({VARIABLE})|\{{({VARIABLE})\}})(?:/(.*))?", re.DOTALL)
_PRIVATE = frozenset({".git", ".reconciler"})
_LISTABLE = re.compile(r"[\w./:@+-]+", re.ASCII)


class NotAllowed(Exception):
    """A credential that the operator does not allow; `advice` says what to do about it."""

    def __init__(self, summary: str, advice: str) -> None:
        super().__init__(summary)
        self.advice = advice


class NoFolder(NotAllowed):
    """The variable at the beginning of a file's path is not set on this machine."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's environment, and the entries of the list in force: `kore=PROD_*`, `/run/x`."""

    environ: Mapping[str, str]
    entries: tuple[str, ...]

    def allows(self, provider: str, name: str) -> bool:
        """Whether a variable or a helper of this name may serve the provider's targets."""
        if _is_setting(name):
            return False
        return any(fnmatch.fnmatchcase(name, entry) for entry in self._entries(provider))

    def allows_file(self, provider: str, path: Path) -> bool:
        """Whether an absolute, resolved path, or a folder above it, is on the list."""
        listed = (entry for entry in self._entries(provider) if PurePath(entry).is_absolute())
        return any(_is_below(path, Path(entry).resolve()) for entry in listed)

    def _entries(self, provider: str) -> Iterator[str]:
        for entry in self.entries:
            bound = _BOUND.fullmatch(entry)
            if bound is None or bound[1] == provider:
                yield entry if bound is None else bound[2]

    def line(self, provider: str, name: str) -> str:
        """The setting that allows one thing more."""
        listed = ",".join((*self.entries, f"{provider}={name}"))
        return f"{ALLOWED_CREDENTIALS}={shlex.quote(listed)}"


def operator(environ: Mapping[str, str], plugins: Iterable[ProviderPlugin]) -> Operator:
    """The list in the environment; if it is empty or not set, the providers' own names."""
    listed = [entry.strip() for entry in environ.get(ALLOWED_CREDENTIALS, "").split(",")]
    own = [f"{plugin.name}={names}" for plugin in plugins for names in plugin.credential_names]
    entries = [entry for entry in listed if entry] or [*own, f"{_EITHER}*"]
    return Operator(environ, tuple(entries))


def require_allowed(reference: SecretRef, provider: str, root: Path, allowed: Operator) -> Path:
    """Raise `NotAllowed` unless the provider's targets may use the reference.

    Returns the resolved path of a file, and `root`, the project's folder, for anything else.
    Raises `NoFolder` if the place of a file is not known on this machine.
    """
    if reference.kind == "file":
        return _file(reference, provider, root, allowed)
    if reference.kind != "text":
        _require_name(reference, reference.name, provider, allowed)
    return root


def _require_name(reference: SecretRef, name: str, provider: str, allowed: Operator) -> None:
    if _is_setting(name):
        raise NotAllowed(
            f"{reference.origin} is a setting of reconciler and never a credential",
            f"Use a variable of another name, such as {_EITHER}NAME.",
        )
    if not allowed.allows(provider, name):
        raise _not_listed(reference, provider, name, allowed)


def _is_setting(name: str) -> bool:
    return name.upper().startswith(_OURS) and not name.upper().startswith(_EITHER)


def _not_listed(
    reference: SecretRef, provider: str, name: str, allowed: Operator, advice: str = ""
) -> NotAllowed:
    if _LISTABLE.fullmatch(name):
        line = allowed.line(provider, name)
        advice += f"If it is meant for {provider}, set {line} where reconciler runs."
    return NotAllowed(f"{reference.origin} is not allowed here for {provider} targets", advice)


def _file(reference: SecretRef, provider: str, root: Path, allowed: Operator) -> Path:
    written = Path(reference.name)
    variable = _FROM_VARIABLE.fullmatch(reference.name)
    if variable is not None:
        real = _below_variable(reference, variable, provider, allowed)
    elif written.is_absolute():
        real = _resolved(written, reference)
        if not allowed.allows_file(provider, real):
            advice = (
                "A file is relative to the project, or begins with a variable, such as "
                f"${CREDENTIALS_DIRECTORY}/NAME. "
            )
            raise _not_listed(reference, provider, str(real), allowed, advice)
    else:
        real = _resolved(root / written, reference)
        if not real.is_relative_to(root.resolve()):
            advice = f"Write a path inside the project, or ${CREDENTIALS_DIRECTORY}/NAME."
            raise NotAllowed(f"{reference.origin} is outside the project", advice)
    if _PRIVATE.intersection(part.lower() for part in real.parts):
        raise NotAllowed(
            f"{reference.origin} is below .git or .reconciler and never a credential",
            "Put the credential into a file of its own.",
        )
    return real


def _below_variable(
    reference: SecretRef, written: re.Match[str], provider: str, allowed: Operator
) -> Path:
    name = written[1] or written[2]
    if name != CREDENTIALS_DIRECTORY:
        _require_name(reference, name, provider, allowed)
    folder = Path(allowed.environ.get(name, ""))
    if not folder.is_absolute():
        raise NoFolder(
            f"{reference.origin}: variable {name} does not hold an absolute path",
            f"Set {name} to the file or folder where reconciler runs.",
        )
    base = _resolved(folder, reference)
    real = _resolved(base / (written[3] or ""), reference)
    if not real.is_relative_to(base):
        raise NotAllowed(
            f"{reference.origin} is outside ${name}", f"Write the path of a file below ${name}."
        )
    return real


def _resolved(path: Path, reference: SecretRef) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links; which of the two depends on Python
        summary = f"{reference.origin} is a link that cannot be followed"
        raise NotAllowed(summary, "Write the path of the file itself.") from None


def _is_below(path: Path, pattern: Path) -> bool:
    parts = pattern.parts
    return len(path.parts) >= len(parts) and all(map(fnmatch.fnmatchcase, path.parts, parts))
