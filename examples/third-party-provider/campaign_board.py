"""A provider for a vendor that is a JSON file: `{"made": 2, "campaigns": {"board-1": {...}}}`.

Everything a provider needs and nothing more. One for a vendor on the net takes its HTTP client from
`PluginTarget.connect`; `reconciler.providers.carecycle` is one, and a plugin like this.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel
from pydantic import Field as Limits

from reconciler.errors import ReadFailed
from reconciler.providers.base import at_once
from reconciler.providers.plugin import PluginTarget, ProviderPlugin
from reconciler.resources.base import Field, Kind, Live, Reach, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import read_spec
from reconciler.resources.outcome import Answer
from reconciler.resources.snapshot import Listing
from reconciler.resources.spec import Spec
from reconciler.resources.tree import Tree, at, digest, unflatten
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write

API = "v1"
ANY = frozenset({f"{API}:"})


class BoardSpec(Spec):
    """What a manifest may say: every key of the vendor, checked before anything is read."""

    name: Annotated[str, Limits(min_length=1, max_length=60)]
    description: str | None = None
    text: Annotated[str, Limits(min_length=1)]


class Board(BaseModel):
    """What the file holds: how many campaigns it ever had, and those that there are, by id."""

    made: int
    campaigns: dict[str, Tree]


BOARD = Kind(
    kind="BoardCampaign",
    type="board_campaign",
    provider="board",
    channel="notices",
    medium="board",
    model=BoardSpec,
    variant=lambda _: "",
    fields=(
        Field(path="name", required=ANY, update=ANY, shown=ANY, reach=Reach.NOBODY),
        Field(path="description", optional=ANY, update=ANY, shown=ANY, reach=Reach.NOBODY),
        Field(path="text", required=ANY, update=ANY, shown=ANY),
    ),
    refused={"pinned": "the board decides what is pinned"},
)
CAPABILITIES = Capabilities(
    provider="board",
    channels=("notices",),
    create=Ability.DRAFT,
    update=Ability.PARTIAL,
    delete=Ability.YES,
    may_send_on_write=False,
    settle=1.0,
    notes=("a board is a file of this machine, so one person at a time may write to it",),
)


class BoardProvider:
    """See `reconciler.providers.base.Provider` for what each method promises."""

    capabilities = CAPABILITIES

    def __init__(self, target: str, path: Path) -> None:
        self._target = target
        self._path = path
        self._guard = threading.Lock()
        self.requests_sent = 0

    def list(self, channel: str) -> Listing:
        """The whole board at once, so there is nothing to prove but that it is one."""
        campaigns = self._read().campaigns
        return Listing(channel, tuple(_live(id_, raw) for id_, raw in campaigns.items()))

    def newest(self, channel: str) -> tuple[Live, ...]:
        """A board costs nothing to read, so its whole list will do."""
        return self.list(channel).items

    def get(self, type_: str, remote_id: str, row: Live | None = None) -> Live | None:  # noqa: ARG002
        """Rows are full campaigns already."""
        raw = self._read().campaigns.get(remote_id)
        return None if raw is None else _live(remote_id, raw)

    def contact_lists(self) -> None:
        """A board has no contact lists."""

    def requests(self, write: Write) -> tuple[PlannedRequest, ...] | Impossible:
        """One request per write."""
        if write.operation is Operation.CREATE:
            return (_request(write.operation, "POST", "/notices", write.spec),)
        if write.live is None:
            return Impossible("the campaign was not read, so its id is not known")
        path = f"/notices/{write.live.remote_id}"
        match write.operation:
            case Operation.UPDATE:
                body = unflatten((key, at(write.spec, key)) for key in sorted(write.changed))
                return (_request(write.operation, "PATCH", path, body),)
            case Operation.DELETE:
                return (_request(write.operation, "DELETE", path, None),)
            case _:
                return Impossible("a board shows its campaigns always: nothing starts or stops")

    def send(self, request: PlannedRequest, leave: Callable[[], None] = at_once) -> Answer:
        """Replace the file as a whole: what fails has changed nothing."""
        leave()
        with self._guard:
            try:
                board = self._read()
                remote_id = _apply(request, board)
                if remote_id is None:
                    return Answer(sent=True, status=404, is_object=True, message="no such notice")
                self._replace(board)
            except (ReadFailed, OSError) as problem:
                return Answer(sent=False, message=str(problem))
        return Answer(sent=True, status=200, is_object=True, remote_id=remote_id)

    def _read(self) -> Board:
        self.requests_sent += 1
        try:
            return Board.model_validate_json(self._path.read_bytes())
        except (OSError, ValueError) as problem:
            why = f"{self._path} could not be read: {type(problem).__name__}"
            raise ReadFailed(f"target {self._target}: {why}") from problem

    def _replace(self, board: Board) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(board.model_dump_json(indent=2), "utf-8")
        new.replace(self._path)


def _live(remote_id: str, raw: Tree) -> Live:
    return Live(
        type=BOARD.type,
        remote_id=remote_id,
        name=str(raw["name"]),
        state=RunState.DRAFT,
        status="shown",
        spec=read_spec(BOARD, raw, API),
        marker=digest(raw),
    )


def _request(operation: Operation, method: str, path: str, body: Tree | None) -> PlannedRequest:
    return PlannedRequest(operation=operation, method=method, path=path, body=body)


def _apply(request: PlannedRequest, board: Board) -> str | None:
    """Do what a request says to a board; the campaign's id, None for one that is not there."""
    campaigns = board.campaigns
    if request.operation is Operation.CREATE:
        board.made += 1
        remote_id = f"board-{board.made}"
        campaigns[remote_id] = request.body or {}
        return remote_id
    remote_id = request.path.rpartition("/")[2]
    if remote_id not in campaigns:
        return None
    if request.operation is Operation.DELETE:
        del campaigns[remote_id]
    else:
        campaigns[remote_id] |= request.body or {}
    return remote_id


def _build(target: PluginTarget) -> BoardProvider:
    return BoardProvider(target.name, target.folder / target.options["file"])


PLUGIN = ProviderPlugin(
    name="board",
    title="The notice board",
    kinds=(BOARD,),
    capabilities=CAPABILITIES,
    build=_build,
    api=API,
    has_base_url=False,
    required_options=frozenset({"file"}),
)
