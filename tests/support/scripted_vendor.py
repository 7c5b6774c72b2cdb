"""A vendor played by a list of answers, and providers that talk to it in process."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from reconciler.providers.account import Account
from reconciler.providers.carecycle.api import CareCycleSettings
from reconciler.providers.carecycle.provider import CareCycleProvider
from reconciler.providers.credentials import Credential
from reconciler.providers.http import HttpClient, HttpSettings
from reconciler.providers.kore.api import KoreSettings
from reconciler.providers.kore.provider import KoreProvider
from reconciler.providers.rate_limit import RateLimiter, RunBudget
from reconciler.providers.wire import Handler, WireFault, WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Operation, PlannedRequest
from reconciler.testing.clock import ManualClock

TOKEN = "token-that-nobody-may-see"  # noqa: S105
BASE = "http://localhost"


Answer = WireResponse | WireFault


@dataclass
class Script:
    """A handler that gives its answers in order, and repeats the last one."""

    answers: list[Answer]
    requests: list[WireRequest] = field(default_factory=list)

    def __call__(self, request: WireRequest) -> WireResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, WireFault):
            raise answer
        return answer

    @property
    def bodies(self) -> list[Tree]:
        return [json.loads(request.body) for request in self.requests]


def script(*answers: Answer) -> Script:
    return Script(list(answers))


def reply(body: JsonValue, status: int = 200, **headers: str) -> WireResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireResponse(
        status, {"content-type": "application/json", **named}, json.dumps(body).encode()
    )


def text_reply(body: str, status: int = 200) -> WireResponse:
    return WireResponse(status, {"content-type": "text/html"}, body.encode())


def sample(name: str) -> Tree:
    path = Path(__file__).parent / "samples" / f"{name}.json"
    found: Tree = json.loads(path.read_text("utf-8"))
    return found


def client(
    handler: Handler | None,
    *,
    clock: ManualClock | None = None,
    base_url: str = BASE,
    limit: int = 1_000_000,
    budget: int | None = None,
) -> HttpClient:
    clock = clock or ManualClock()
    return HttpClient(
        base_url,
        settings=HttpSettings(handler=handler, read_timeout=5.0, write_timeout=5.0),
        account=Account(RateLimiter("retention", limit=limit, max_wait=900.0, clock=clock)),
        budget=RunBudget(budget, clock=clock),
        clock=clock,
    )


def token(value: str = TOKEN) -> Credential:
    return Credential(lambda: value, "environment variable KORE_JWT")


def kore_settings(api: str = "v2", encoding: str | None = None) -> KoreSettings:
    return KoreSettings(
        base_url=BASE,
        api=api,
        app_id="st-app",
        path_id="st-path",
        account_id="acc",
        message_encoding=encoding,
    )


def kore(
    handler: Handler,
    api: str = "v2",
    *,
    clock: ManualClock | None = None,
    credential: Credential | None = None,
) -> KoreProvider:
    return KoreProvider(
        "retention", kore_settings(api), client(handler, clock=clock), credential or token()
    )


def care(handler: Handler, *, clock: ManualClock | None = None) -> CareCycleProvider:
    settings = CareCycleSettings(base_url=BASE)
    return CareCycleProvider("care", settings, client(handler, clock=clock), token())


def kore_row(number: int, **more: JsonValue) -> Tree:
    return {
        "id": f"cd-{number}",
        "name": f"Campaign {number}",
        "status": "Ready",
        "format": "advanced",
        "contactLists": ["May"],
        **more,
    }


def kore_page(rows: Iterable[Tree], **claims: JsonValue) -> WireResponse:
    found: list[JsonValue] = list(rows)
    data: Tree = {
        "results": found,
        "skip": 0,
        "limit": 50,
        "hasMore": False,
        "totalPages": 1,
        "totalResults": len(found),
        **claims,
    }
    return reply({"status": "success", "message": "", "data": data})


def care_id(number: int) -> str:
    return f"11111111-2222-4333-8444-{number:012d}"


def care_row(number: int, **more: JsonValue) -> Tree:
    row: Tree = {"id": care_id(number), "name": f"Campaign {number}", "status": "draft"}
    return {**row, **more}


def care_page(rows: Iterable[Tree], **claims: JsonValue) -> WireResponse:
    items: list[JsonValue] = list(rows)
    page: Tree = {
        "itemsTotal": len(items),
        "currentPage": 1,
        "nextPage": None,
        "prevPage": None,
        "items": items,
        **claims,
    }
    return reply(page)


def create(query: Mapping[str, str] | None = None, path: str = "/x") -> PlannedRequest:
    return PlannedRequest(
        operation=Operation.CREATE,
        method="POST",
        path=path,
        query={"campaignType": "sms"} if query is None else query,
        body={"name": "Renewal"},
    )
