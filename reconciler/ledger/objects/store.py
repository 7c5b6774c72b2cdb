"""Reads, lists, removes and conditionally writes objects in a bucket, a container or in memory.

The only module that knows obstore. Every failure becomes LedgerFailed; of a store's answer only its
status and error code are reported, because answers may repeat signed addresses.
"""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotModifiedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import MemoryStore, from_url

from reconciler.errors import LedgerFailed

if TYPE_CHECKING:
    from obstore import ObjectMeta, PutMode, PutResult, UpdateVersion
    from obstore.store import ClientConfig, RetryConfig, S3Config
    from obstore.store import ObjectStore as NativeStore

_ATTEMPTS = 5
_LARGEST = 256 * 1024 * 1024
"""Bytes of an object; a snapshot has about a thousand for each campaign."""
_READERS = 16
_RETRIES = 3
_RETRY_SECONDS = 30

_NO_CONTAINER = re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist")
_NO_CREDENTIALS = re.compile(
    r"latest/api/token|security-credentials|169\.254\.\d+\.\d+|token request"
)
_ELSEWHERE = re.compile(r"redirect without LOCATION|BareRedirect")
_ENDPOINT = re.compile(r"AWS_ENDPOINT(_URL)?(_S3)?|AZURE_(STORAGE_)?ENDPOINT")
_URL = re.compile(r"https?://[^/?#]")
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")

_SETTINGS = {
    "s3": (
        "Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, a "
        "web identity or the machine's role; the region from AWS_REGION; the address of a "
        "service other than AWS from AWS_ENDPOINT_URL."
    ),
    "gs": "Credentials come from GOOGLE_APPLICATION_CREDENTIALS or the machine's service account.",
    "az": (
        "The account comes from AZURE_STORAGE_ACCOUNT_NAME; credentials from "
        "AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN, AZURE_CLIENT_ID with "
        "AZURE_CLIENT_SECRET and AZURE_TENANT_ID, or the machine's identity."
    ),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """An object's body, and the version that a replacement must name."""

    body: bytes
    version: "UpdateVersion"


def open_store(
    url: str, *, config: Mapping[str, str] | None = None, allow_http: bool = False
) -> "ObjectStore":
    """The store at an s3, gs, az or memory URL; each call opens a separate memory store.

    `config` overrides the environment variables that obstore reads. No request is sent.
    """
    if url.partition("://")[0] == "memory":
        return ObjectStore(MemoryStore(), url)
    _require_usable_endpoints()
    client: ClientConfig | None = {"allow_http": True} if allow_http else None
    # obstore's own 10 retries in 180 s would outlive the lease.
    retry: RetryConfig = {
        "max_retries": _RETRIES,
        "retry_timeout": timedelta(seconds=_RETRY_SECONDS),
    }
    settings = cast("S3Config", dict(config or {}))
    try:
        native = from_url(url, config=settings, client_options=client, retry_config=retry)
    except (BaseError, ValueError):
        raise LedgerFailed(
            f"the ledger {url} cannot be opened: the settings of its store are missing or wrong",
            _settings(url),
        ) from None
    return ObjectStore(native, url)


def _require_usable_endpoints() -> None:
    """Raise LedgerFailed for an address in the environment at which obstore would panic."""
    for name in sorted(filter(_ENDPOINT.fullmatch, os.environ)):
        if not _URL.match(os.environ[name]):
            raise LedgerFailed(
                f"the ledger cannot be opened: {name} is not the URL of a store",
                f"Write a URL such as https://store.example, or unset {name}.",
            )


class ObjectStore:
    """A location in a store. obstore repeats requests, so a write may find its own earlier attempt.

    The body tells them apart: a conditionally written body has an id of its own, or means the same
    whoever wrote it.
    """

    def __init__(self, native: "NativeStore", url: str) -> None:
        self._native = native
        self.url = url

    def get(self, key: str, known: Stored | None = None) -> Stored | None:
        """An object, None when there is none; `known` itself when the object is unchanged."""
        e_tag = known.version.get("e_tag") if known else None
        with self._failures():
            try:
                if e_tag:
                    result = obstore.get(self._native, key, options={"if_none_match": e_tag})
                else:
                    result = obstore.get(self._native, key)
                if result.meta["size"] > _LARGEST:
                    raise LedgerFailed(
                        f"the ledger {self.url} failed: {key} is larger than any object of ours",
                        "Find out who put it there, and restore the object from a backup.",
                    )
                return Stored(bytes(result.bytes()), _version(result.meta))
            except NotModifiedError:
                return known
            except FileNotFoundError as absent:
                if _NO_CONTAINER.search(str(absent)):
                    raise
                return None

    def get_all(self, keys: Sequence[str]) -> list[Stored | None]:
        """Several objects, fetched in parallel."""
        if len(keys) < 2:
            return [self.get(key) for key in keys]
        with ThreadPoolExecutor(max_workers=min(_READERS, len(keys))) as pool:
            return list(pool.map(self.get, keys))

    def claim(self, key: str, body: bytes) -> Stored:
        """Put an object if its key is free; returns the object there now, ours or another's."""
        for _ in range(_ATTEMPTS):
            with self._failures(), contextlib.suppress(AlreadyExistsError):
                return Stored(body, _version(self._put(key, body, "create")))
            # S3 also answers so for a race whose winner may not be visible yet: read, and retry.
            if found := self.get(key):
                return found
        raise LedgerFailed(
            f"the ledger {self.url} failed: its store reports that {key} exists, but it cannot be "
            "read",
            "Try again; nothing more is sent while the ledger cannot be written.",
        )

    def swap(self, key: str, body: bytes, old: Stored) -> Stored | None:
        """Replace an object that is still `old`; None when it is not."""
        with (
            self._failures(),
            contextlib.suppress(PreconditionError, AlreadyExistsError, FileNotFoundError),
        ):
            return Stored(body, _version(self._put(key, body, old.version)))
        found = self.get(key)
        return found if found and found.body == body else None

    def put(self, key: str, body: bytes) -> None:
        """Write an object, whatever was there."""
        with self._failures():
            self._put(key, body, "overwrite")

    def list(self, folder: str) -> list[str]:
        """The keys in a folder, sorted."""
        with self._failures():
            return sorted(found["path"] for found in obstore.list(self._native, folder).collect())

    def require_conditions(self, key: str) -> None:
        """Raise LedgerFailed for a store that ignores conditions, where no lock would hold.

        Some services that speak S3 overwrite silently. Writes only to `key`, a separate key.
        """
        first = self.claim(key, b"1")
        again = self.claim(key, b"2")
        second = self.swap(key, b"3", first)
        late = self.swap(key, b"4", first)
        # A probe that stays does no harm; some credentials may write but not delete.
        with contextlib.suppress(BaseError, OSError):
            obstore.delete(self._native, key)
        if again.body != b"1" or second is None or late is not None:
            raise LedgerFailed(
                f"the ledger {self.url} cannot be used: its store ignores conditions on writes",
                "It must honour If-None-Match and If-Match on PUT; without them two runs could "
                "hold the lock at once.",
            )

    def _put(self, key: str, body: bytes, mode: "PutMode") -> "PutResult":
        return obstore.put(self._native, key, body, mode=mode)

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as problem:
            reason, advice = _explained(problem, self.url)
            # Not chained, because obstore's text contains whole addresses and answers.
            raise LedgerFailed(f"the ledger {self.url} failed: {reason}", advice) from None


def _version(made: "PutResult | ObjectMeta") -> "UpdateVersion":
    version: UpdateVersion = {}
    if made["e_tag"] is not None:
        version["e_tag"] = made["e_tag"]
    if made["version"] is not None:
        version["version"] = made["version"]
    return version


def _settings(url: str) -> str:
    return _SETTINGS.get(url.partition("://")[0], "")


def _explained(problem: Exception, url: str) -> tuple[str, str]:
    """The reason, and what to do about it."""
    text = str(problem)
    status = _STATUS.search(text)
    code = _CODE.search(text)
    denied = isinstance(problem, UnauthenticatedError | PermissionDeniedError)
    if _NO_CREDENTIALS.search(text):
        return "no credentials were found for it", _settings(url)
    if denied or (status and status[1] in {"401", "403"}):
        return _with_code("it refused the credentials", code), _settings(url)
    if _NO_CONTAINER.search(text) or (status and status[1] == "404"):
        return "there is no such bucket or container", "Create it, or correct `state`."
    if _ELSEWHERE.search(text):
        return "the bucket is in another region", _settings(url)
    if status:
        return _with_code(f"it answered {status[1]}", code), _TRY_AGAIN
    return "it could not be reached", f"{_TRY_AGAIN} {_settings(url)}"


_TRY_AGAIN = "Nothing more is sent while the ledger does not answer; try again."


def _with_code(reason: str, code: re.Match[str] | None) -> str:
    return f"{reason} ({code[1]})" if code else reason
