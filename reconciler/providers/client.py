"""The requests of one target: signs each request, repeats reads, sends writes once.

Turns responses into facts or into errors that name the target; knows no campaign.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from reconciler.errors import AuthenticationFailed, ReadFailed, ReconcilerError
from reconciler.providers.account import PagesRead
from reconciler.providers.base import at_once
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, TransportProblem
from reconciler.providers.page_size import PageSize
from reconciler.providers.redaction import redacted
from reconciler.providers.response import VendorDialect, VendorResponse
from reconciler.providers.retry import ReadRetry, Transient
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.resources.writes import PlannedRequest

_REFUSED = frozenset({400, 404, 405, 406, 409, 410, 413, 415, 422})
_RATE_PAUSE = 60.0
_RATE_JITTER = 5.0

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A request that changes nothing. `what` is what it reads, in words."""

    what: str
    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    body: Tree | None = None
    page: bool = False
    """Whether it is a page of a listing; an account answers few of them at once."""
    leave: Callable[[], None] = at_once
    """Called while it waits for the rate limit; what it raises passes through."""
    once: bool = False
    """Whether a failure is not repeated; a refusal for the rate limit is."""


class VendorClient:
    """Sends one target's requests; shared by threads."""

    def __init__(
        self, target: str, client: HttpClient, *, vendor: VendorDialect, credential: Credential
    ) -> None:
        self._target = target
        self._client = client
        self._vendor = vendor
        self._credential = credential
        self._retry = ReadRetry(client.clock)
        with contextlib.suppress(ReconcilerError):  # the first request reports it
            client.known.masking(target, self._secrets(credential.value()))

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, retries included."""
        return self._client.requests_sent

    @property
    def page_size(self) -> PageSize:
        """The page size of the account's listings."""
        return self._client.account.page_size

    def on_page(self, read: PagesRead) -> None:
        """Report how far a listing of the target is."""
        self._client.account.on_page(self._target, read)

    @property
    def server_time(self) -> datetime | None:
        """The vendor's clock in its latest response."""
        return self._client.server_time

    def read(self, read: Read) -> Tree:
        """The JSON object of the response.

        Raises `ReadFailed`, `AuthenticationFailed` and `BudgetSpent`.
        """
        return self._read(read, lambda facts: self._body(read, facts))

    def find(self, read: Read) -> Tree | None:
        """Like `read`, but None if the vendor says that it does not exist."""
        return self._read(read, lambda facts: None if facts.missing else self._body(read, facts))

    def failed(self, what: str, why: str) -> ReadFailed:
        """The error of a read that cannot be relied on."""
        return ReadFailed(
            f"target {self._target}: {what} could not be read: {why}",
            "reconciler plans nothing from an incomplete read. Run again; if it still fails, check "
            "baseUrl and the ids of this target in reconciler.yaml.",
        )

    def write(self, planned: PlannedRequest, leave: Callable[[], None] = at_once) -> VendorResponse:
        """Send once; return the vendor's response, and whether the budget allows another try.

        Raises `TransportProblem`, and `BudgetSpent` before anything was sent.
        """
        request = _wire(planned.method, planned.path, planned.query, planned.body)
        try:
            facts = self._exchange(request, partial(self._client.send, write=True, leave=leave))
        except AuthenticationFailed as problem:
            raise TransportProblem(str(problem), sent=False) from problem
        except TransportProblem as problem:
            problem.may_retry = self._retry.may_repeat(timed_out=problem.timed_out)
            raise
        if facts.rate_limited:
            self._client.penalise(self._pause(facts))
            return replace(facts, may_retry=self._retry.may_repeat())
        if facts.ok:
            self._retry.succeeded()
        return facts

    def _read(self, read: Read, understand: Callable[[VendorResponse], Found]) -> Found:
        try:
            return self._retry.call(lambda: understand(self._read_once(read)), once=read.once)
        except Transient as problem:
            raise self.failed(read.what, str(problem)) from problem

    def _read_once(self, read: Read) -> VendorResponse:
        request = _wire(read.method, read.path, read.query, read.body)
        try:
            facts = self._exchange(
                request, partial(self._client.read, page=read.page, leave=read.leave)
            )
        except TransportProblem as problem:
            raise Transient(str(problem), timed_out=problem.timed_out) from problem
        if facts.rate_limited:
            # The limiter already makes every thread of this target wait.
            self._client.penalise(self._pause(facts))
            raise Transient(_with_message("over the rate limit", facts), hint=0.0, limited=True)
        if facts.unauthorised:
            raise self._unauthorised(facts)
        return facts

    def _body(self, read: Read, facts: VendorResponse) -> Tree:
        if 300 <= facts.status < 400:
            why = f"it redirects to another URL (HTTP {facts.status}); redirects are not followed"
            raise self.failed(read.what, why)
        if facts.status in _REFUSED:
            raise self.failed(read.what, _with_message(f"HTTP {facts.status}", facts))
        if not 200 <= facts.status < 300:
            text = _with_message(f"HTTP {facts.status}", facts)
            raise Transient(text, hint=facts.retry_after, throttled=facts.status == 503)
        if facts.body is None:
            raise Transient(_with_message("the response is not a JSON object", facts))
        if facts.states_error:
            raise self.failed(read.what, _with_message("the response reports an error", facts))
        return facts.body

    def _exchange(
        self, request: WireRequest, send: Callable[[WireRequest], WireResponse]
    ) -> VendorResponse:
        # Fetched again for every attempt: a signed token may be valid for one request only.
        secret = self._secret()
        masking = self._client.known.masking(self._target, self._secrets(secret))
        headers = {**request.headers, **self._vendor.headers(secret)}
        try:
            response = send(replace(request, headers=headers))
        except TransportProblem as problem:
            text = redacted(str(problem), masking)
            raise TransportProblem(text, sent=problem.sent, timed_out=problem.timed_out) from None
        facts = self._vendor.facts(response, self._client.clock.now())
        return replace(
            facts,
            body=None if facts.body is None else masking.tree(facts.body),
            message=redacted(facts.message, masking),
        )

    def _secret(self) -> str:
        try:
            return self._credential.value()
        except ReconcilerError as problem:
            raise AuthenticationFailed(
                f"target {self._target}: {problem}", problem.diagnostics[0].detail
            ) from problem

    def _secrets(self, value: str) -> tuple[str, ...]:
        return value, *self._credential.secrets()

    def _pause(self, facts: VendorResponse) -> float:
        if facts.retry_after is not None:
            return facts.retry_after
        return _RATE_PAUSE + self._client.clock.random() * _RATE_JITTER

    def _unauthorised(self, facts: VendorResponse) -> AuthenticationFailed:
        if facts.wrong_account:
            return AuthenticationFailed(
                f"target {self._target}: the vendor refused the account of this target "
                f"({_with_message(f'HTTP {facts.status}', facts)})",
                f"Check {self._vendor.account_keys} of this target in reconciler.yaml.",
            )
        return AuthenticationFailed(
            f"target {self._target}: the vendor refused the credential from "
            f"{self._credential.origin} ({_with_message(f'HTTP {facts.status}', facts)})",
            "Check that it is current, belongs to this account, and has permission for campaigns.",
        )


def _wire(method: str, path: str, query: Mapping[str, str], body: Tree | None) -> WireRequest:
    if body is None:
        return WireRequest(method, path, query)
    headers = {"content-type": "application/json"}
    return WireRequest(method, path, query, headers, json.dumps(body).encode("ascii"))


def _with_message(what: str, facts: VendorResponse) -> str:
    return f"{what}: {facts.message}" if facts.message else what
