"""Opens the ledger that a project's `state` names: a SQLite file or an object store location.

A URL is `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`; the prefix is
optional. All other settings of the store come from the environment variables that its vendor's own
tools use, and obstore reads them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and
AWS_REGION; for other services that speak S3 also AWS_ENDPOINT_URL, with AWS_ALLOW_HTTP=true if it
is not https; GOOGLE_APPLICATION_CREDENTIALS; AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from reconciler.clock import Clock
from reconciler.errors import InvalidInput
from reconciler.ledger.base import Ledger
from reconciler.ledger.high_water import Watch, unwatched
from reconciler.ledger.place import is_in_work_tree, require_own_file
from reconciler.ledger.read_cache import Cache, NoCache, ReadCache
from reconciler.ledger.sqlite.ledger import SqliteLedger

_SCHEMES = ("s3", "gs", "az", "memory")
_MARKS = frozenset("?#@%\\")
"""What may hold a secret, or what a store could take for another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an environment's ledger and cache lie."""

    state: str
    """A file's path, relative to `root`, or a URL."""
    root: Path
    """The project's folder, resolved."""
    cache_folder: Path | None = None
    """A folder for the cache that the operator chose."""
    cache_in_work_tree: bool = True
    """Whether a cache beside the project's files may be used."""

    @property
    def location(self) -> str:
        """The whole path of the ledger's file, or the URL."""
        return str(self.file or self.state)

    @property
    def file(self) -> Path | None:
        """The ledger's file; None for a ledger in an object store."""
        return None if "://" in self.state else self.root / self.state

    def require_own(self) -> None:
        """Raise LedgerRefused for a ledger's file that git tracks, or that a link leads to."""
        if self.file is not None:
            require_own_file(self.file, self.root, "ledger")

    def cache_file(self) -> Path | None:
        """The file of the cache; None for one in an object store."""
        if self.cache_folder is not None:
            # Projects may share the folder.
            name = hashlib.sha256(self.location.encode()).hexdigest()[:32]
            return self.cache_folder / f"{name}.db"
        return None if self.file is None else self.file.with_name("cache.db")

    def cache(self, environment: str) -> Cache | None:
        """The cache; None for one in an object store. Raises LedgerRefused as for the ledger."""
        file = self.cache_file()
        if file is None:
            return None
        if not self.cache_in_work_tree and is_in_work_tree(file, self.root):
            return NoCache()
        require_own_file(file, self.root, "cache")
        return ReadCache(file, environment)


def is_plain_location(text: str) -> bool:
    """Whether what follows `://` names one place for everybody: no `..`, no escapes, no query."""
    segments = text.rstrip("/").split("/")
    plain = text.isascii() and text.isprintable() and _MARKS.isdisjoint(text)
    return plain and not any(one in ("", ".", "..") for one in segments[1:])


def open_ledger(
    place: Place, *, environment: str, clock: Clock, watch: Watch = unwatched
) -> Ledger:
    """The ledger of an environment; `watch` is told of every commit of this process.

    Raises InvalidInput for an unsupported URL, LedgerRefused for a file that may be a stranger's,
    LedgerFailed for a store whose settings are missing.
    """
    place.require_own()
    cache = place.cache(environment)
    if place.file is not None:
        return SqliteLedger(place.file, environment, clock, cache=cache, watch=watch)
    scheme, _, location = place.state.partition("://")
    if scheme not in _SCHEMES or not is_plain_location(location):
        # The URL is not shown, because the part before an @ or after a ? may be a secret.
        raise InvalidInput(
            "state is not a usable location",
            "Use a file's path or a URL such as s3://bucket/prefix, gs://bucket/prefix or "
            "az://container/prefix, without credentials, query or fragment.",
        )
    return _open_objects(place.state, environment, clock, cache=cache, watch=watch)


def _open_objects(
    url: str, environment: str, clock: Clock, *, cache: Cache | None, watch: Watch
) -> Ledger:
    try:
        # The library is an extra that is installed only with an object store.
        from reconciler.ledger.objects.ledger import ObjectLedger  # noqa: PLC0415
        from reconciler.ledger.objects.store import open_store  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        if missing.name != "obstore":
            raise
        raise InvalidInput(
            f"state is {url}, but the support for object stores is not installed",
            "Install it: pip install 'campaign-reconciler[cloud]'",
        ) from None
    return ObjectLedger(open_store(url), environment, clock, cache=cache, watch=watch)
