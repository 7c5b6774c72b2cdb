"""Turn live campaigns into manifest files, so that the next plan changes nothing.

Writes new files only. Writes nothing to a vendor, and only the read cache to the ledger.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, errors_in
from reconciler.errors import ExitCode, InvalidInput, ReconcilerError, worst
from reconciler.ledger.base import Ledger
from reconciler.manifests.export.draft import manifest_name
from reconciler.providers.base import Provider
from reconciler.providers.wrappers import ReadOnlyProvider
from reconciler.resources.base import Desired
from reconciler.resources.kinds import KINDS
from reconciler.resources.ledger_records import LedgerView
from reconciler.resources.snapshot import TargetSnapshot
from reconciler.safe_text import safe_text
from reconciler.suggestions import did_you_mean
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.freshness import freshness_of
from reconciler.workflow.reading import Reading, Reads, read_targets
from reconciler.workflow.session import NO_MANIFESTS, Session, check_targets
from reconciler.workflow.targets import build_providers
from reconciler.workflow.transcribing import ExportPlace, Transcript, transcribe
from reconciler.workflow.unmanaged import Found, Search, Wanted, find_unmanaged, fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which campaigns to import and where to write them; a dry run writes nothing.

    `announce` is called once per target with the requests that reading them in full may send.
    """

    wanted: Wanted
    out: Path | None = None
    dry_run: bool = False
    announce: Callable[[str, int], None] = lambda _target, _requests: None


@dataclass(frozen=True, slots=True)
class Written:
    """An imported campaign, its new address, and its manifest file (in a dry run, not yet)."""

    found: Found
    address: Address
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `read_by_project`: whether the next plan will read the files."""

    written: tuple[Written, ...]
    passed: tuple[Found, ...]
    diagnostics: tuple[Diagnostic, ...]
    read_by_project: bool
    others: int
    """How many other manifests of the environment a plan covers, too."""
    exit_code: ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """The request, and what git and the ledger have before any vendor is read."""

    session: Session
    request: Request
    ledger: Ledger
    view: LedgerView
    desired: tuple[Desired, ...]
    names: frozenset[str]
    """Every `metadata.name` that is taken, in any environment."""

    def find(self, snapshot: TargetSnapshot) -> tuple[Found, ...]:
        """The campaigns that match on a target, as far as it was read."""
        provider = self.session.environment.targets[snapshot.target].provider
        return find_unmanaged(
            snapshot, Search(provider, self.request.wanted, self.desired, self.view)
        )

    def in_full(self, rows: TargetSnapshot) -> list[str]:
        """The ids of campaigns that may be written; a name may still get a number as its suffix."""
        select = self.session.options.selection.select
        found = [
            one.live
            for one in self.find(rows)
            if not one.reason
            and (not select or any(term.startswith(str(_address(one, ()))) for term in select))
        ]
        self.request.announce(rows.target, sum(1 for live in found if live.thin))
        return [] if self.request.dry_run else [live.remote_id for live in found]


def import_campaigns(session: Session, request: Request) -> Imported:
    """Write a manifest for each live campaign that is wanted.

    Raises ReconcilerError, with nothing written, if a pattern or a status matches nothing or a file
    exists.
    """
    check_targets(session.options.selection, session.environment)
    folder = _folder(session, request.out)
    job = _job(session, request)
    reads = _read(job)
    readable = [one for _, one in sorted(reads.snapshots.items()) if one.problem is None]
    found = tuple(one for snapshot in readable for one in job.find(snapshot))
    if not reads.errors:
        _check_statuses(request.wanted.statuses, readable)
        _check_patterns(request.wanted.patterns, found)
    chosen = _chosen(job, _addressed(job, found))
    transcripts = () if request.dry_run else _transcribe(job, chosen)
    refused = {one.address for one in transcripts if errors_in(one.diagnostics)}
    written = tuple(
        Written(one, address, folder / f"{address.name}.yaml")
        for address, one in chosen.items()
        if address not in refused
    )
    texts = {one.address: one.text for one in transcripts}
    if not request.dry_run:
        _save(tuple((one, texts[one.address]) for one in written))
    problems = (snapshot.problem for snapshot in reads.snapshots.values())
    codes = [problem.exit_code for problem in reads.errors]
    return Imported(
        written=written,
        passed=tuple(one for one in found if one.reason),
        diagnostics=(
            *(problem for problem in problems if problem is not None),
            *(found for one in transcripts for found in one.diagnostics),
        ),
        read_by_project=_is_read(session, folder),
        others=len(job.desired),
        exit_code=worst([*codes, ExitCode.ERROR if refused else ExitCode.OK]),
    )


def _job(session: Session, request: Request) -> _Job:
    """The facts about the environment; raises InvalidInput for invalid manifests."""
    loaded = session.readable_manifests()
    # A new project has no manifests yet.
    wrong = [one for one in errors_in(loaded.diagnostics) if one.code not in NO_MANIFESTS]
    if wrong:
        raise InvalidInput("the manifests are not valid", diagnostics=wrong)
    ledger = session.open_ledger()
    view = ledger.view()
    addresses = {one.address for desired in loaded.desired.values() for one in desired}
    return _Job(
        session=session,
        request=request,
        ledger=ledger,
        view=view,
        desired=tuple(loaded.desired.get(session.environment.name, ())),
        names=frozenset(address.name for address in {*addresses, *view.records, *view.intents}),
    )


def _read(job: _Job) -> Reads:
    """List every channel of the targets, and read in full what is to be written."""
    session, options = job.session, job.session.options
    names = options.selection.targets or tuple(session.environment.targets)
    accounts = Accounts(session, job.ledger)
    built = build_providers(session, names, accounts=accounts)
    providers: dict[str, Provider] = {name: ReadOnlyProvider(one) for name, one in built.items()}
    reading = Reading(
        desired=job.desired,
        view=job.view,
        ledger=job.ledger,
        clock=session.clock,
        parallelism=options.parallelism,
        accounts=accounts,
        pages=accounts.pages,
        listed=accounts.listed,
        on_read=session.on_read,
        on_wait=session.on_wait,
        stop=session.stopping.set,
        freshness=freshness_of(options),
        settle={name: session.environment.targets[name].settle for name in names},
        prune=False,
        every_channel=True,
        in_full=job.in_full,
    )
    return read_targets(accounts.sharing(providers), reading)


def _addressed(job: _Job, found: Iterable[Found]) -> Mapping[Address, Found]:
    """The campaigns to be written, by new addresses that are not taken."""
    taken = set(job.names)
    addressed: dict[Address, Found] = {}
    for campaign in found:
        if not campaign.reason:
            address = _address(campaign, taken)
            taken.add(address.name)
            addressed[address] = campaign
    return addressed


def _address(found: Found, taken: Collection[str]) -> Address:
    return Address(found.live.type, manifest_name(found.live.name, taken))


def _chosen(job: _Job, addressed: Mapping[Address, Found]) -> Mapping[Address, Found]:
    """What --select and --exclude choose; raises ReconcilerError for a term without a match."""
    selection = job.session.options.selection
    known = {str(address) for address in addressed}
    for term in (*selection.select, *selection.exclude):
        if "=" in term:
            raise InvalidInput(
                f"{term} selects by label, and a campaign without a manifest has no labels",
                f"Give the address that it will have, such as {KINDS[0].type}.spring-renewal.",
            )
        if term not in known:
            raise ReconcilerError(
                f"no campaign will have the address {safe_text(term)}",
                f"The addresses are: {', '.join(sorted(known)) or 'none'}. Nothing was written.",
            )
    return {
        address: one
        for address, one in addressed.items()
        if str(address) not in selection.exclude
        and (not selection.select or str(address) in selection.select)
    }


def _transcribe(job: _Job, chosen: Mapping[Address, Found]) -> tuple[Transcript, ...]:
    session = job.session
    place = ExportPlace(
        environment=session.environment.name,
        scopes=session.project.scopes(),
        bindings=job.view.bindings,
        today=session.clock.now().date(),
    )
    return tuple(transcribe(one, address.name, place) for address, one in chosen.items())


def _check_statuses(statuses: Iterable[str], snapshots: Iterable[TargetSnapshot]) -> None:
    rows = [row for one in snapshots for listing in one.listings.values() for row in listing.items]
    known = {row.status for row in rows} | {row.state.value for row in rows}
    for status in statuses:
        if not any(Wanted(statuses=(status,)).has_status(row) for row in rows):
            raise ReconcilerError(
                f'no live campaign has the status "{safe_text(status)}"',
                f"{safe_text(did_you_mean(status, known))} Nothing was written.".strip(),
            )


def _check_patterns(patterns: Iterable[str], found: tuple[Found, ...]) -> None:
    for pattern in patterns:
        if not any(fits(one.live, pattern) for one in found):
            raise ReconcilerError(
                f'no live campaign matches "{safe_text(pattern)}"',
                "Give a campaign's name or id, or a pattern such as 'Spring*'; --all takes all "
                "campaigns. Nothing was written.",
            )


def _folder(session: Session, out: Path | None) -> Path:
    """The folder to write to: `out`, or the project's first folder of manifests."""
    if out is not None:
        return session.options.directory / out
    root = session.project.root.resolve()
    for entry in session.project.manifests:
        path = root / entry
        if path.resolve().is_relative_to(root) and not (path.is_file() or path.suffix):
            return path
    raise InvalidInput("the project names no folder of manifests inside it", "Give --out DIR.")


def _is_read(session: Session, folder: Path) -> bool:
    root = session.project.root.resolve()
    read = [(root / entry).resolve() for entry in session.project.manifests]
    return any(folder.resolve().is_relative_to(one) for one in read)


def _save(files: tuple[tuple[Written, str], ...]) -> None:
    """Write new files; raises InvalidInput before writing if any of them exists."""
    for written, _ in files:
        if written.path.exists() or written.path.is_symlink():
            raise InvalidInput(
                f"{written.path} already exists",
                "import never overwrites: move the file away, or give --out DIR. Nothing was "
                "written.",
            )
    for written, text in files:
        path = written.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as problem:
            raise ReconcilerError(f"{path} cannot be written: {problem.strerror}") from problem
