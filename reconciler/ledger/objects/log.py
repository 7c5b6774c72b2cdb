"""Stores an environment's entries as a snapshot and the steps since, in one order for all writers.

A step is put right after its predecessor, if nothing is there. So only a writer who knows every
earlier step can write it, and of two writers one learns that it came late: this is the fence.

A generation of the log ends with a step that closes it; a snapshot of everything then begins the
next generation. Steps of closed generations are never read again and never removed, because they
stop a late writer, however late it wakes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.ledger.high_water import Watch, unwatched
from reconciler.ledger.objects.layout import (
    Layout,
    LogStep,
    Row,
    Snapshot,
    damaged,
    decode_object,
    encode_object,
)
from reconciler.ledger.objects.store import ObjectStore, Stored

_FIRST = Snapshot(generation=1, lineage="", serial=0, entries=())


@dataclass(slots=True)
class LogState:
    """The entries after the last known step, and that step's position."""

    generation: int
    lineage: str
    serial: int
    entries: dict[tuple[str, str], str]
    position: int = 0
    lock_id: str = ""
    """The lock of the last step's writer."""
    closed: bool = False
    changed: bool = False
    """Whether the entries differ from those of the snapshot."""

    @classmethod
    def after(cls, snapshot: Snapshot) -> "LogState":
        """The state in which a generation begins."""
        entries = {(family, key): body for family, key, body in snapshot.entries}
        return cls(snapshot.generation, snapshot.lineage, snapshot.serial, entries)

    def rows(self) -> list[Row]:
        """All entries, sorted."""
        return [(family, key, body) for (family, key), body in sorted(self.entries.items())]

    def follow(self, step: LogStep, key: str) -> None:
        """Apply the next step; raises LedgerFailed for a step that does not follow."""
        changes = bool(step.puts or step.removes)
        lineage = self.lineage or step.lineage
        if self.closed or step.lineage != lineage or step.serial != self.serial + changes:
            raise damaged(key, "does not follow from the one before it")
        for family, name in step.removes:
            self.entries.pop((family, name), None)
        for family, name, body in step.puts:
            self.entries[family, name] = body
        self.position += 1
        self.lineage, self.serial, self.lock_id = lineage, step.serial, step.lock_id
        self.changed = self.changed or changes
        self.closed = step.closes


class EntryChanges:
    """A change of entries before it is written; see `reconciler.ledger.changes.Keyed`."""

    def __init__(self, state: LogState) -> None:
        self._entries = state.entries
        self._changes: dict[tuple[str, str], str | None] = {}

    def get(self, family: str, key: str) -> str | None:
        """See `Keyed.get`."""
        if (family, key) in self._changes:
            return self._changes[family, key]
        return self._entries.get((family, key))

    def put(self, family: str, key: str, body: str) -> None:
        """See `Keyed.put`."""
        self._changes[family, key] = body

    def remove(self, family: str, key: str) -> None:
        """See `Keyed.remove`."""
        self._changes[family, key] = None

    @property
    def puts(self) -> tuple[Row, ...]:
        """The entries that the change adds or alters."""
        return tuple((*key, body) for key, body in self._new() if body is not None)

    @property
    def removes(self) -> tuple[tuple[str, str], ...]:
        """The existing entries that the change removes."""
        return tuple(key for key, body in self._new() if body is None)

    def _new(self) -> Sequence[tuple[tuple[str, str], str | None]]:
        return [
            (key, body) for key, body in self._changes.items() if self._entries.get(key) != body
        ]


class ObjectLog:
    """Reads and extends the log. Not for two threads at once; knows no lease."""

    def __init__(
        self, store: ObjectStore, layout: Layout, clock: Clock, watch: Watch = unwatched
    ) -> None:
        self._store = store
        self._layout = layout
        self._watch = watch
        self._clock = clock
        self._stored: Stored | None = None
        self._snapshot = _FIRST
        self._steps: dict[str, LogStep] = {}

    @property
    def begun(self) -> bool:
        """Whether there is a snapshot."""
        return self._stored is not None

    def read(self) -> LogState:
        """The current state; fetches only what is new since the last reading."""
        self._read_snapshot()
        state = LogState.after(self._snapshot)
        keys = self._store.list(self._layout.log(state.generation))
        self._read_steps(key for key in keys if key not in self._steps)
        for number, key in enumerate(keys, start=1):
            if key != self._layout.step(state.generation, number):
                raise damaged(key, "does not follow from the one before it")
            state.follow(self._steps[key], key)
        return state

    def append(self, state: LogState, lock_id: str, *, draft: EntryChanges | None = None) -> bool:
        """Write a step after the last step; without a draft it is a fence.

        False when another writer's step is there, which `state` then includes.
        """
        return self._append(state, lock_id, draft=draft, closes=False)

    def close(self, state: LogState, lock_id: str) -> bool:
        """Write the step that ends the generation; False as in `append`."""
        return self._append(state, lock_id, draft=None, closes=True)

    def compact(self, state: LogState) -> bool:
        """Write a closed generation's snapshot, with which the next one begins.

        Any client may do it, even several at once, because a closed generation no longer changes.
        False when another client has already continued from there.
        """
        content = Snapshot(
            generation=state.generation + 1,
            lineage=state.lineage,
            serial=state.serial,
            entries=tuple(state.rows()),
        )
        key = self._layout.snapshot
        body = encode_object(key, content)
        if self._stored is None:
            stored: Stored | None = self._store.claim(key, body)
        else:
            stored = self._store.swap(key, body, self._stored)
        if stored is None or stored.body != body:
            return False
        self._stored, self._snapshot, self._steps = stored, content, {}
        state.generation, state.position, state.lock_id = content.generation, 0, ""
        state.closed, state.changed = False, False
        return True

    def ends_with(self, state: LogState) -> bool:
        """Whether nobody has written after the last step that `state` knows.

        Whoever takes or releases another's lease writes a step, so the lease is still ours then.
        """
        following = self._layout.step(state.generation, state.position + 1)
        return not state.closed and self._store.get(following) is None

    def _append(
        self, state: LogState, lock_id: str, *, draft: EntryChanges | None, closes: bool
    ) -> bool:
        puts = draft.puts if draft else ()
        removes = draft.removes if draft else ()
        changes = bool(puts or removes)
        step = LogStep(
            id=self._clock.new_id(),
            lock_id=lock_id,
            lineage=state.lineage or (self._clock.new_id() if changes else ""),
            serial=state.serial + changes,
            puts=puts,
            removes=removes,
            closes=closes,
        )
        key = self._layout.step(state.generation, state.position + 1)
        body = encode_object(key, step)
        committed, before = self._watch(), state.serial
        found = self._store.claim(key, body)
        stands = step if found.body == body else decode_object(LogStep, key, found.body)
        state.follow(stands, key)
        self._steps[key] = stands
        if stands is step:
            committed(state.lineage, before, state.serial)
        return stands is step

    def _read_snapshot(self) -> None:
        key = self._layout.snapshot
        found = self._store.get(key, self._stored)
        if found is self._stored:
            return
        generation = self._snapshot.generation
        self._stored = found
        self._snapshot = decode_object(Snapshot, key, found.body) if found else _FIRST
        if self._snapshot.generation != generation:
            self._steps = {}

    def _read_steps(self, new: Iterable[str]) -> None:
        keys = list(new)
        for key, found in zip(keys, self._store.get_all(keys), strict=True):
            if found is None:
                raise damaged(key, "was removed")
            self._steps[key] = decode_object(LogStep, key, found.body)
