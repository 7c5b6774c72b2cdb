"""Live campaigns into manifest files, such that the next plan changes nothing.

Writes new files only, nothing to a vendor, and nothing to the ledger but its read cache.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ExitCode, InvalidInput, ReconcilerError, worst
from reconciler.ledger.base import Ledger
from reconciler.manifests.naming import manifest_name
from reconciler.providers.base import Provider
from reconciler.providers.read_only import ReadOnlyProvider
from reconciler.resources.base import Desired
from reconciler.resources.ledger_view import LedgerView
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.safe_text import safe_text
from reconciler.workflow.reading import Reading, Reads, read_targets
from reconciler.workflow.session import Session, check_selection
from reconciler.workflow.targets import build_providers
from reconciler.workflow.transcribing import Place, Transcript, transcribe
from reconciler.workflow.unmanaged import Found, Search, find, fits

_NOTHING_THERE = frozenset({"no-manifests", "path-not-found"})


@dataclass(frozen=True, slots=True)
class Written:
    """A campaign, the address it has now, and the file that says so."""

    found: Found
    address: Address
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `read_by_project` says whether the next plan will read the files."""

    written: tuple[Written, ...]
    passed: tuple[Found, ...]
    diagnostics: tuple[Diagnostic, ...]
    read_by_project: bool
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class _Known:
    """What git and the ledger say before anything is read."""

    desired: tuple[Desired, ...]
    names: frozenset[str]
    """Every `metadata.name` that is taken, in whatever environment."""
    view: LedgerView


def import_campaigns(session: Session, patterns: tuple[str, ...], out: Path | None) -> Imported:
    """Write a manifest per live campaign that fits a pattern; without patterns, for all of them.

    Raises ReconcilerError, and has written nothing, when a pattern fits nothing or a file is there.
    """
    check_selection(session.options.selection, session.environment)
    folder = _folder(session, out)
    ledger = session.open_ledger()
    known = _known(session, ledger)
    reads = _read(session, ledger, known, patterns)
    found = tuple(
        one
        for _, snapshot in sorted(reads.snapshots.items())
        if snapshot.problem is None
        for one in find(snapshot, _search(session, snapshot, known, patterns))
    )
    if not reads.errors:
        _check_patterns(patterns, found)
    transcripts = _transcribe(session, known, (one for one in found if not one.reason))
    refused = [one for one in transcripts if errors_in(one.diagnostics)]
    texts = {
        Written(one.found, one.address, folder / f"{one.address.name}.yaml"): one.text
        for one in transcripts
        if one not in refused
    }
    _save(texts)
    problems = (snapshot.problem for snapshot in reads.snapshots.values())
    codes = [problem.exit_code for problem in reads.errors]
    return Imported(
        written=tuple(texts),
        passed=tuple(one for one in found if one.reason),
        diagnostics=(
            *(problem for problem in problems if problem is not None),
            *(said for one in transcripts for said in one.diagnostics),
        ),
        read_by_project=_is_read(session, folder),
        exit_code=worst([*codes, ExitCode.ERROR if refused else ExitCode.OK]),
    )


def _known(session: Session, ledger: Ledger) -> _Known:
    """The environment's manifests, none in a fresh project; raises InvalidInput for wrong ones."""
    loaded = session.readable_manifests()
    wrong = [one for one in errors_in(loaded.diagnostics) if one.code not in _NOTHING_THERE]
    if wrong:
        raise InvalidInput("the manifests are not valid", diagnostics=wrong)
    view = ledger.view()
    addresses = {one.address for desired in loaded.desired.values() for one in desired}
    return _Known(
        desired=tuple(loaded.desired.get(session.environment.name, ())),
        names=frozenset(address.name for address in {*addresses, *view.records, *view.intents}),
        view=view,
    )


def _search(
    session: Session, snapshot: TargetSnapshot, known: _Known, patterns: tuple[str, ...]
) -> Search:
    provider = session.environment.targets[snapshot.target].provider
    return Search(provider, patterns, known.desired, known.view)


def _read(session: Session, ledger: Ledger, known: _Known, patterns: tuple[str, ...]) -> Reads:
    """Every channel of the targets, and in full what is to be written."""
    options = session.options
    names = options.selection.targets or tuple(session.environment.targets)
    providers: dict[str, Provider] = {
        name: ReadOnlyProvider(one) for name, one in build_providers(session, names).items()
    }

    def wanted(rows: TargetSnapshot) -> tuple[str, ...]:
        found = find(rows, _search(session, rows, known, patterns))
        return tuple(one.live.remote_id for one in found if not one.reason)

    reading = Reading(
        desired=known.desired,
        view=known.view,
        ledger=ledger,
        clock=session.clock,
        parallelism=options.parallelism,
        max_age=options.max_age if options.use_cache else timedelta(0),
        prune=False,
        every_channel=True,
        in_full=wanted,
    )
    return read_targets(providers, reading)


def _transcribe(
    session: Session, known: _Known, found: Iterable[Found]
) -> tuple[Transcript, ...]:
    place = Place(
        environment=session.environment.name,
        scopes=session.project.scopes(),
        bindings=known.view.bindings,
        today=session.clock.now().date(),
    )
    taken = set(known.names)
    transcripts = []
    for one in found:
        name = manifest_name(one.live.name, taken)
        taken.add(name)
        transcripts.append(transcribe(one, name, place))
    return tuple(transcripts)


def _check_patterns(patterns: Iterable[str], found: tuple[Found, ...]) -> None:
    for pattern in patterns:
        if not any(fits(one.live, pattern) for one in found):
            raise ReconcilerError(
                f'no live campaign is called "{safe_text(pattern)}"',
                "Give a campaign's name or id, or a pattern such as 'Spring*'; --all takes every "
                "one. Nothing was written.",
            )


def _folder(session: Session, out: Path | None) -> Path:
    """Where files go: `out`, or the project's first folder of manifests."""
    if out is not None:
        return session.options.directory / out
    root = session.project.root.resolve()
    for entry in session.project.manifests:
        path = root / entry
        if path.resolve().is_relative_to(root) and not (path.is_file() or path.suffix):
            return path
    raise InvalidInput("the project names no folder of manifests below it", "Say --out DIR.")


def _is_read(session: Session, folder: Path) -> bool:
    root = session.project.root.resolve()
    read = [(root / entry).resolve() for entry in session.project.manifests]
    return any(folder.resolve().is_relative_to(one) for one in read)


def _save(texts: dict[Written, str]) -> None:
    """Write new files; raises InvalidInput before the first one if any is there already."""
    for written in texts:
        if written.path.exists() or written.path.is_symlink():
            raise InvalidInput(
                f"{written.path} is there already",
                "import never overwrites: move the file away, or say --out DIR. Nothing was "
                "written.",
            )
    for written, text in texts.items():
        try:
            written.path.parent.mkdir(parents=True, exist_ok=True)
            with written.path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as problem:
            raise ReconcilerError(
                f"{written.path} cannot be written: {problem.strerror}"
            ) from problem
