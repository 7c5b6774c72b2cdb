"""What a command works with: the project, its environment, and how to read them.

Opens the project once; all other code uses the session. Must not know output or click.
"""

import getpass
import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from reconciler.clock import Clock, SystemClock
from reconciler.config.find import find_project_file
from reconciler.config.ledger_place import require_allowed_state
from reconciler.config.load import load_project
from reconciler.config.project import Environment, Project
from reconciler.config.state_folder import state_folder
from reconciler.config.switches import is_on
from reconciler.diagnostics import Diagnostic, Severity, errors_in
from reconciler.errors import InvalidInput
from reconciler.ledger.base import Ledger, LockInfo
from reconciler.ledger.high_water import HighWaterMark
from reconciler.ledger.lease import Holder
from reconciler.ledger.open import Place, open_ledger
from reconciler.manifests.files import Sources
from reconciler.manifests.loader import Loaded, load_manifests
from reconciler.plan.model import Selection
from reconciler.providers.masking import KnownSecrets
from reconciler.providers.wire import Handler
from reconciler.resources.base import Desired
from reconciler.resources.kinds import registered
from reconciler.suggestions import did_you_mean
from reconciler.system_text import from_system
from reconciler.workflow.provenance import commit_of, page_of
from reconciler.workflow.read_work import AccountWork, ReadWork

_NO_SUCH_PATH = "path-not-found"
NO_MANIFESTS = frozenset({"no-manifests", _NO_SUCH_PATH})
"""Error codes of a project that has no manifests."""
_CACHE_DIR = "RECONCILER_CACHE_DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line's options; every command uses the part it needs."""

    directory: Path = field(default_factory=Path)
    config: Path | None = None
    environment: str | None = None
    manifests: tuple[str, ...] = ()
    selection: Selection = field(default_factory=Selection)
    parallelism: int = 8
    max_requests: int | None = None
    max_time: timedelta | None = None
    max_age: timedelta = timedelta(hours=24)
    use_cache: bool = True
    refresh_all: bool = False
    lock_timeout: float = 0.0
    wait: bool = True
    """Whether to wait until a create may be sent; else it is skipped."""
    prune: bool = False
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Manifests:
    """Valid manifests by environment, and the warnings about them."""

    desired: Mapping[str, tuple[Desired, ...]]
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Session:
    """One run in one project; everything that it opens is closed at the end of its `with` block.

    `handlers` answer requests to targets in process, in place of the network.
    """

    options: Options
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Clock = field(default_factory=SystemClock)
    read_stdin: Callable[[], bytes] = bytes
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    opened: ExitStack = field(default_factory=ExitStack)
    known_secrets: KnownSecrets = field(default_factory=KnownSecrets)
    on_read: Callable[[ReadWork], None] = lambda _: None
    """Called for each campaign that was read in full."""
    on_wait: Callable[[AccountWork], None] = lambda _: None
    """Called before the rate limit of an account makes a read wait for long."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the run was interrupted while it reads; the waits of its clock then end."""
    projects: list[Project] = field(default_factory=list)
    """The project, once it is read; a session that `replace` makes of this one shares it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()

    @property
    def project(self) -> Project:
        """The project file, read once and checked; raises InvalidInput.

        The kinds of its plugins are registered until the session ends.
        """
        if not self.projects:
            self.projects.append(self._read_project())
        return self.projects[0]

    def _read_project(self) -> Project:
        named = self.options.config or self.environ.get("RECONCILER_CONFIG")
        file = find_project_file(self.options.directory, named)
        project = load_project(file, self.environ)
        plugins = project.plugins.found.values()
        kinds = [kind for plugin in plugins for kind in plugin.kinds]
        self.opened.enter_context(registered(kinds))
        return project

    @cached_property
    def environment(self) -> Environment:
        """The environment that this run is about; raises InvalidInput for an unknown one."""
        name = self.options.environment or self.environ.get("RECONCILER_ENV")
        name = name or self.project.default_environment
        known = ", ".join(sorted(self.project.environments))
        if name is None:
            raise InvalidInput(
                "the project has several environments, and none was chosen",
                f"It has {known}. Choose one with -e, RECONCILER_ENV or defaultEnvironment.",
            )
        if name not in self.project.environments:
            raise InvalidInput(
                f"unknown environment {name!r}", did_you_mean(name, self.project.environments)
            )
        return self.project.environments[name]

    @property
    def ledger_environment(self) -> str:
        """The chosen environment's name; also one that is no longer in the project file.

        Raises InvalidInput for a name that neither the project nor the ledger knows.
        """
        name = self.options.environment or self.environ.get("RECONCILER_ENV")
        if name and name not in self.project.environments:
            view = self.open_ledger(name).view()
            if view.lineage:
                return name
        return self.environment.name

    def with_lock_timeout(self, seconds: float) -> Self:
        """The same session, waiting this long for the environment's lease."""
        return replace(self, options=replace(self.options, lock_timeout=seconds))

    def without_waiting(self) -> Self:
        """The same session, which skips what may not be sent yet."""
        return replace(self, options=replace(self.options, wait=False))

    @property
    def automation(self) -> bool:
        """Whether the run is unattended: `CI` or `RECONCILER_IN_AUTOMATION` is set."""
        return is_on(self.environ, "CI") or is_on(self.environ, "RECONCILER_IN_AUTOMATION")

    @property
    def who(self) -> str:
        """The person or account that runs this."""
        try:
            return from_system(getpass.getuser())
        except (KeyError, OSError):
            return str(os.getuid()) if hasattr(os, "getuid") else "unknown"

    @property
    def host(self) -> str:
        """This machine's name."""
        return from_system(socket.gethostname())

    @property
    def run_url(self) -> str:
        """The page of the CI run, or "" if the runner does not set it."""
        return page_of(self.environ)

    @property
    def commit(self) -> str:
        """The commit of the manifests, or "" if neither the runner nor git tells."""
        return commit_of(self.environ, self.project.root)

    @property
    def approval_word(self) -> str:
        """What a person types to approve: `yes`, or the environment's name (`confirm: name`)."""
        return self.environment.name if self.environment.confirm == "name" else "yes"

    def holder(
        self, operation: str, on_wait: Callable[[LockInfo], None] = lambda _: None
    ) -> Holder:
        """The holder of the environment's lease for a command; waits as the command line says.

        `on_wait` is called once for each other holder that it waits for.
        """
        return Holder(
            operation=operation,
            who=self.who,
            host=self.host,
            run_url=self.run_url,
            lock_timeout=self.options.lock_timeout,
            on_wait=on_wait,
        )

    @property
    def recovery_folder(self) -> Path:
        """The folder for ids of campaigns that the ledger could not record."""
        state = self.project.state
        file = ".reconciler/state.db" if "://" in state else state
        return (self.project.root / file).parent

    def open_ledger(self, environment: str | None = None) -> Ledger:
        """The ledger of this or another environment; nothing is created before the first write.

        Raises InvalidInput and LedgerRefused for a place that must not be used here.
        """
        self.require_ledger_place()
        name = self.environment.name if environment is None else environment
        watch = self.high_water(name).watch
        ledger = open_ledger(self._place, environment=name, clock=self.clock, watch=watch)
        self.opened.callback(ledger.close)
        return ledger

    def high_water(self, environment: str | None = None) -> HighWaterMark:
        """What this machine has seen of the ledger of this or another environment."""
        name = self.environment.name if environment is None else environment
        folder = state_folder(self.environ, self.options.directory)
        return HighWaterMark(folder, from_system(self._place.location), name)

    def require_ledger_place(self) -> None:
        """Raise InvalidInput or LedgerRefused for a ledger's place that must not be used here."""
        require_allowed_state(self.project, self.environ)
        self._place.require_own()

    @property
    def _place(self) -> Place:
        folder = self.environ.get(_CACHE_DIR)
        return Place(
            state=self.project.state,
            root=self.project.root,
            cache_folder=self.options.directory.absolute() / folder if folder else None,
            cache_in_work_tree=not is_on(self.environ, "CI"),
        )

    def load(self, environment: str | None = None) -> Manifests:
        """Every manifest, of all environments or of one; raises InvalidInput with all faults."""
        return _valid(self.readable_manifests(environment))

    def load_if_any(self, environment: str) -> Manifests:
        """As `load`, but a project without manifests is a warning."""
        loaded = self.readable_manifests(environment)
        if any(loaded.desired.values()):
            return _valid(loaded)
        # git keeps no empty folder, but a path on the command line is expected to exist.
        absent = NO_MANIFESTS - ({_NO_SUCH_PATH} if self.options.manifests else set())
        found = (
            replace(one, severity=Severity.WARNING) if one.code in absent else one
            for one in loaded.diagnostics
        )
        return _valid(replace(loaded, diagnostics=tuple(found)))

    def readable_manifests(self, environment: str | None = None) -> Loaded:
        """All readable manifests, with diagnostics; a campaign with an error is left out."""
        paths = self.options.manifests or self.project.manifests
        stdin = self.read_stdin() if "-" in paths else b""
        loaded = load_manifests(
            Sources(self.project.root, tuple(paths), stdin, named=bool(self.options.manifests)),
            self.project.scopes(),
            today=self.clock.now().date(),
            selected=environment,
        )
        unusable = self.project.plugins.problems.values()
        return replace(loaded, diagnostics=(*unusable, *loaded.diagnostics))


def _valid(loaded: Loaded) -> Manifests:
    if errors_in(loaded.diagnostics):
        raise InvalidInput("the manifests are not valid", diagnostics=loaded.diagnostics)
    return Manifests(loaded.desired, loaded.diagnostics)


def check_targets(selection: Selection, environment: Environment) -> None:
    """Raise InvalidInput for an unknown target."""
    for target in selection.targets:
        if target not in environment.targets:
            raise InvalidInput(
                f"unknown target {target!r} in environment {environment.name}",
                did_you_mean(target, environment.targets),
            )
