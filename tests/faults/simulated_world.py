"""One simulated world with its ledger file, and the witness of every request.

The witness judges by what the simulator received and did, not by what the product reports.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.providers.wire import WireRequest
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.name_key import name_key
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.core import Reaction, Simulator
from reconciler.simulator.faults import FaultKind
from tests.faults.fixtures import ENVIRONMENT, catalogue, scratch
from tests.faults.interleaving import START, InterleavedClock, Interleaving, dice
from tests.support.ledgers import open_new


@dataclass(frozen=True, slots=True)
class Created:
    """A create that the vendor acted on."""

    key: str
    """The address, as text."""
    generation: int
    remote_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger and an environment in it."""

    file: str = "state.db"
    environment: str = ENVIRONMENT


HERE = Place()
_FRESH = 2.0
"""How old a last check may be, in seconds (docs/concepts/at-most-one-create.md#the-last-check)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the witness must know about the process that sends a request."""

    name: str
    started: int
    """Milliseconds; campaigns that could be listed then must not be created again."""
    lock_id: str
    fenced: bool
    """Whether it claims to hold the lease; a stalled process may have lost it unawares."""
    place: Place = HERE


@dataclass(frozen=True, slots=True)
class Proof:
    """What the stored ledger showed at a run's last check before a write."""

    at: float
    """In seconds of the world."""
    held: bool
    """Whether the lease was the run's."""
    stopped: bool
    """Whether the environment was stopped."""


@dataclass
class SimulatedWorld:
    """A new world; `close` it after use. `naive` worlds have no intents."""

    seed: int
    interleaving: Interleaving
    naive: bool = False
    verbose: bool = False
    skew: float = 0.0
    """Seconds by which the vendors' clock is wrong."""
    ticks: int = 0
    violations: list[str] = field(default_factory=list)
    duplicates: int = 0
    bare_creates: int = 0
    """Creates that arrived without a durable intent."""
    creates: int = 0
    late: int = 0
    """Writes that had passed their last check, and arrived after the lease was lost."""
    created: list[Created] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    """Names that a console user made ambiguous: nobody can settle those."""
    ignored: set[tuple[str, bytes]] = field(default_factory=set)
    """Path and body of updates that the vendor accepted and did not take over."""
    recorded: set[str] = field(default_factory=set)
    """Ids that a ledger had at an address before some write arrived."""
    most_unproven: int = 20
    """How many campaigns of a process may be unseen at a vendor when it sends another create."""
    unlocked: bool = False
    """Somebody released a lock by hand while its holder ran."""
    trace: list[str] = field(default_factory=list)
    events: list[tuple[int, str, Callable[[], None]]] = field(default_factory=list)
    _unseen: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """By process and vendor: the ids that answers to creates gave and no read has shown since."""
    _opened: set[Place] = field(default_factory=set)
    _ledgers: dict[str, sqlite3.Connection] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=scratch()))
        self.state = self.folder / "state.db"
        self.clock = InterleavedClock(
            self.interleaving, None, skew=self.skew, chance=dice(f"{self.seed}:simulator")
        )
        self.simulator = Simulator(clock=self.clock, seed=self.seed)
        self._keys = {name_key(one.name): str(one.address) for one in catalogue().values()}

    def close(self) -> None:
        """Remove all files."""
        self.forget_ledgers()
        self.simulator.world.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def heal(self) -> None:
        """Make the vendors healthy again: no faults, no limit, and nothing hidden."""
        self.events = []
        self.simulator.faults.clear()
        self.simulator.change_switches({"rate_limit": None})
        store = self.simulator.world.store
        for campaign in store.campaigns.all():
            if campaign.hidden_lists or campaign.hidden_gets:
                store.campaigns.put(replace(campaign, hidden_lists=0, hidden_gets=0))

    def tell(self, text: str) -> None:
        """Add a line to the trace of the replay."""
        if self.verbose:
            self.trace.append(f"{self.interleaving.now:9.1f}s {text}")

    def tick(self, what: str) -> None:
        """An operation begins; what the schedule has for this moment happens first."""
        self.ticks += 1
        self.tell(what)
        while self.events and self.events[0][0] <= self.ticks:
            _, label, action = self.events.pop(0)
            self.tell(f"    {label}")
            action()

    def proof(self, lock_id: str, place: Place = HERE) -> Proof:
        """What the ledger shows now to a run with this lock."""
        stopped = any(True for _ in self.rows("tombstone", place))
        return Proof(self.interleaving.now, self.holder(place) == lock_id, stopped)

    def judge_leaving(self, name: str, proof: Proof | None) -> None:
        """Check at a write's first byte that its last check is fresh, and passed rightly."""
        if self.naive:
            return
        if proof is None:
            self.violation(f"{name}: a write left without a last check")
        elif self.interleaving.now - proof.at > _FRESH:
            self.violation(f"{name}: a write left long after its last check")
        elif not proof.held:
            self.violation(f"{name}: a write left though the lease was lost")
        elif proof.stopped:
            self.violation(f"{name}: a write left though the environment was stopped")

    def receive(self, request: WireRequest, sender: Sender) -> tuple[Reaction, bool]:
        """Let the simulator react; the reaction, and whether the request is a write."""
        if is_write(request) and self.holder(sender.place) != sender.lock_id:
            self.late += 1
        if not is_create(request):
            if not is_write(request):
                reaction = self.simulator.react(request)
                self._note_seen(reaction, sender)
                return reaction, False
            self._note_records(sender)
            self._judge_update(request, sender)
            # Once another body was sent, the same one may have an effect again.
            self.ignored = {
                one for one in self.ignored if one[0] != request.path or one[1] == request.body
            }
            reaction = self.simulator.react(request)
            if self.simulator.requests(mutating=True)[-1].fault == FaultKind.IGNORED:
                self.ignored.add((request.path, request.body))
            return reaction, True
        self._note_records(sender)
        name = str(json.loads(request.body)["name"])
        key = self._keys[name_key(name)]
        generation = self._judge_create(key, name, sender)
        self._judge_unproven(key, sender, vendor_of(request))
        before = {campaign.id for campaign in self.campaigns()}
        reaction = self.simulator.react(request)
        for campaign in self.campaigns():
            if campaign.id not in before:
                self._judge_effect(Created(key, generation, campaign.id), campaign, sender)
                if _shows(reaction, campaign.id):
                    self._unseen_of(sender, campaign.vendor).add(campaign.id)
        return reaction, True

    def campaigns(self) -> list[Campaign]:
        """Every campaign that is live at the vendors, visible or not."""
        found = self.simulator.world.store.campaigns.all()
        return [campaign for campaign in found if campaign.status.lower() != "archived"]

    def _is_archived(self, remote_id: str) -> bool:
        found = self.simulator.world.store.campaigns.get(remote_id)
        return found is not None and found.status.lower() == "archived"

    def visible(self, campaign: Campaign, when: int) -> bool:
        """Whether a complete listing at that moment shows it."""
        return campaign.list_from <= when and not campaign.hidden_lists

    def violation(self, text: str) -> None:
        """Record a violation of the promise."""
        self.tell(f"    VIOLATION: {text}")
        self.violations.append(text)

    def rows(self, family: str, place: Place = HERE) -> Iterator[tuple[str, dict[str, object]]]:
        """Key and body of a ledger's durable entries, read without the product."""
        connection = self._durable(place)
        if connection is None:
            return
        found = connection.execute(
            "SELECT key, body FROM entries WHERE environment = ? AND family = ?",
            (place.environment, family),
        ).fetchall()
        yield from ((key, json.loads(body)) for key, body in found)

    def holder(self, place: Place = HERE) -> str:
        """The id of the lease as it is stored."""
        connection = self._durable(place)
        query = "SELECT id FROM leases WHERE environment = ?"
        row = connection and connection.execute(query, (place.environment,)).fetchone()
        return str(row[0]) if row else ""

    def forget_ledgers(self) -> None:
        """Close what the witness has open, so that a file can be replaced."""
        for connection in self._ledgers.values():
            connection.close()
        self._ledgers.clear()

    def ledger_of(self, place: Place) -> Path:
        """The file of a ledger."""
        return self.state.with_name(place.file)

    def open_new(self, place: Place) -> Path:
        """The file of a ledger, in which a person has opened the environment as new."""
        path = self.ledger_of(place)
        if place not in self._opened:
            self._opened.add(place)
            open_new(path, place.environment)
        return path

    def seconds(self, when: int) -> float:
        """A time of the vendors, in milliseconds, as seconds of the interleaving."""
        return when / 1000 - START.timestamp() - self.skew

    def _durable(self, place: Place) -> sqlite3.Connection | None:
        path = self.ledger_of(place)
        if place.file not in self._ledgers and path.exists():
            uri = f"file:{path}?mode=ro"
            self._ledgers[place.file] = sqlite3.connect(uri, uri=True, check_same_thread=False)
        return self._ledgers.get(place.file)

    def _judge_create(self, key: str, name: str, sender: Sender) -> int:
        """Check that a create has a durable intent and a held lease; its generation."""
        self.creates += 1
        if self.naive:
            return 0
        rows = self.rows("intent", sender.place)
        intent = next((body for found, body in rows if found == key), None)
        if intent is None or intent["name"] != name:
            self.bare_creates += 1
            self.violation(f"{sender.name}: create of {key} arrived without a durable intent")
        fenced = sender.fenced and not self.unlocked
        if fenced and (not sender.lock_id or self.holder(sender.place) != sender.lock_id):
            self.violation(f"{sender.name}: create of {key} arrived while the lease was not ours")
        return int(str(intent["generation"])) if intent else 0

    def _judge_unproven(self, key: str, sender: Sender, vendor: str) -> None:
        """Check that only a few of a process's creates were never shown by a read."""
        unseen = self._unseen_of(sender, vendor)
        if not self.naive and len(unseen) >= self.most_unproven:
            self.violation(f"{sender.name}: create of {key} arrived while {unseen} are unproven")

    def _unseen_of(self, sender: Sender, vendor: str) -> set[str]:
        return self._unseen.setdefault((sender.name, vendor), set())

    def _note_seen(self, reaction: Reaction, sender: Sender) -> None:
        for (name, _), unseen in self._unseen.items():
            if name == sender.name:
                unseen -= {one for one in unseen if _shows(reaction, one)}

    def _note_records(self, sender: Sender) -> None:
        found = (str(body["remote_id"]) for _, body in self.rows("record", sender.place))
        self.recorded.update(found)

    def _judge_update(self, request: WireRequest, sender: Sender) -> None:
        """Check that a body that the vendor ignored is not sent again after it was recorded."""
        if (request.path, request.body) not in self.ignored:
            return
        for key, body in self.rows("record"):
            if str(body["remote_id"]) in request.path and body.get("overruled"):
                self.violation(f"{sender.name}: sent again what the vendor ignored: {key}")

    def _judge_effect(self, made: Created, campaign: Campaign, sender: Sender) -> None:
        """Check that a new campaign is the only one."""
        live = {other.id: other for other in self.campaigns() if other.id != made.remote_id}
        earlier = [one for one in self.created if one.key == made.key and one.remote_id in live]
        if earlier:
            self.duplicates += 1
            old = earlier[-1]
            self.violation(
                f"{sender.name}: DUPLICATE {made.key}: {made.remote_id} (generation "
                f"{made.generation}) while {old.remote_id} (generation {old.generation}) lives"
            )
        gone = [one for one in self.created if one.key == made.key and one.remote_id not in live]
        for one in gone:
            if one.remote_id not in self.recorded and self._is_archived(one.remote_id):
                self.violation(f"{sender.name}: created {made.key} again after {one.remote_id}")
        self.created.append(made)
        match_name = BY_TYPE[made.key.partition(".")[0]].match_name
        for other in live.values() if not earlier else ():
            same = other.channel == campaign.channel and other.vendor == campaign.vendor
            named = match_name(other.name) == match_name(campaign.name)
            listed = other.created < sender.started and self.visible(other, sender.started)
            if same and named and listed:
                self.violation(f"{sender.name}: created {made.key} beside visible {other.id}")


def vendor_of(request: WireRequest) -> str:
    """Whose API a create addresses."""
    return "carecycle" if request.path == "/v2/campaigns" else "kore"


def _shows(reaction: Reaction, remote_id: str) -> bool:
    """Whether an answer that arrives whole and is a success has an id."""
    answer = reaction.response
    arrives = answer is not None and not reaction.fault and answer.status < 300
    return arrives and answer is not None and remote_id.encode() in answer.body


def is_write(request: WireRequest) -> bool:
    """Whether it asks a vendor to change anything."""
    return is_create(request) or request.method in ("PUT", "DELETE", "PATCH")


def is_create(request: WireRequest) -> bool:
    """Whether it asks a vendor for a new campaign."""
    if request.method != "POST":
        return False
    return request.path.endswith("/campaign") or request.path == "/v2/campaigns"


def log_of(world: SimulatedWorld) -> list[str]:
    """The simulator's request log, one line each."""
    lines = []
    for one in world.simulator.requests():
        effect = " EFFECT" if one.effective else ""
        name = ""
        if one.mutating and one.body:
            name = f" {json.loads(one.body).get('name', '')!r}"
        fault = f" [{one.fault}]" if one.fault else ""
        lines.append(f"{one.operation or one.path}{name} -> {one.status}{fault}{effect}")
    return lines


def effective_creates(world: SimulatedWorld) -> int:
    """From the log: how many creates the vendors acted on."""
    return sum(
        one.effective and one.operation in ("kore.create", "carecycle.create")
        for one in world.simulator.requests(mutating=True)
    )


def memory_peak() -> int:
    """This process's largest resident size in MiB."""
    with closing(open(f"/proc/{os.getpid()}/status", encoding="ascii")) as status:  # noqa: PTH123
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
