"""Opens the ledger that a project's `state` names: a SQLite file or an object store location.

A URL is `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`; the prefix is
optional. All other settings of the store come from the environment variables that its vendor's own
tools use, and obstore reads them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and
AWS_REGION; for other services that speak S3 also AWS_ENDPOINT_URL, with AWS_ALLOW_HTTP=true if it
is not https; GOOGLE_APPLICATION_CREDENTIALS; AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY.
"""

from pathlib import Path

from reconciler.clock import Clock
from reconciler.errors import InvalidInput
from reconciler.ledger.base import Ledger
from reconciler.ledger.sqlite.ledger import SqliteLedger

_SCHEMES = ("s3", "gs", "az", "memory")


def open_ledger(state: str, *, root: Path, environment: str, clock: Clock) -> Ledger:
    """The ledger of an environment; a file's path is relative to `root`, the project's folder.

    Raises InvalidInput for an unsupported URL, LedgerFailed for a store whose settings are missing.
    """
    scheme, separator, place = state.partition("://")
    if not separator:
        return SqliteLedger(root / state, environment, clock)
    if scheme not in _SCHEMES or any(mark in place for mark in "?#@"):
        # The URL is not shown, because the part before an @ or after a ? may be a secret.
        raise InvalidInput(
            "state is not a usable location",
            "Use a file's path or a URL such as s3://bucket/prefix, gs://bucket/prefix or "
            "az://container/prefix, without credentials, query or fragment.",
        )
    return _open_objects(state, root=root, environment=environment, clock=clock)


def _open_objects(url: str, *, root: Path, environment: str, clock: Clock) -> Ledger:
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
    cache = root / ".reconciler" / "cache.db"
    return ObjectLedger(open_store(url), environment, clock, cache=cache)
