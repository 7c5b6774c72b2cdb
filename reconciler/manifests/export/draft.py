"""A live campaign into the manifest that declares it (command `import`).

The manifest declares every readable and writable field, so that the next plan is empty and any
later change is drift. A value that the vendor does not return is never made up, because an update
would send it:

* A reference that the vendor returns only as an id is declared by that id. It can be compared but
  not sent, so a person must make any update until the name is declared.
* Any other required field is left out and listed under `metadata.ignore`, so it stays as the vendor
  has it. If an update would have to send it, a person must make that update, too.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from pydantic import JsonValue, ValidationError

from reconciler.resources.base import Compare, Field, Kind, Live
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, at, leaves, unflatten

Names = Mapping[tuple[str, str], str]
"""From the path and the id that the vendor returns to the name that is known for the id."""

REASON = "The vendor does not return it. Declare it and remove this entry to change the campaign."
_OTHER = re.compile(r"[^a-z0-9]+")
_BY_ID = "The vendor returns no name. Replace this id with the name to change the campaign."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a manifest can declare of a live campaign."""

    kind: Kind
    spec: Tree
    """In the form that people write."""
    ignore: tuple[str, ...] = ()
    """Required fields that the vendor does not return."""
    by_id: tuple[str, ...] = ()
    """Fields that are normally written by name, but are declared by id here."""
    left_out: tuple[str, ...] = ()
    """Fields whose live value is not allowed in a manifest; they stay unmanaged."""

    @property
    def exemptions(self) -> list[JsonValue]:
        """The entries of `metadata.ignore`."""
        return [{"path": path, "reason": REASON} for path in self.ignore]

    @property
    def comments(self) -> dict[str, str]:
        """Comments to write above keys of the spec."""
        return {path.partition(".")[0]: _BY_ID for path in self.by_id}


def draft_manifest(live: Live, api: str, names: Names) -> Draft:
    """What a manifest for a target with this `api` can declare of a fully read campaign."""
    kind = BY_TYPE[live.type]
    tag = kind.tag(api, live.spec)
    said: dict[str, JsonValue] = {}
    by_id: list[str] = []
    for row in kind.fields:
        value = _value(row, live, names)
        if value is None or tag not in row.writable:
            continue
        said[row.path] = row.written(value)
        if isinstance(value, str) and row.is_id(value):
            by_id.append(row.path)
    kept, left_out = _acceptable(kind, tag, _without_derived(kind, said))
    spec = unflatten(kept.items())
    missing = [
        row.path
        for row in kind.fields
        if tag in row.required and row.default is None and row.path not in said
    ]
    return Draft(
        kind=kind,
        spec=spec,
        ignore=tuple(missing),
        by_id=tuple(by_id),
        left_out=left_out,
    )


def _value(row: Field, live: Live, names: Names) -> JsonValue:
    """A field's value in canonical form; None if it is not known."""
    if row.compare is Compare.NEVER:
        return None
    if row.compare is Compare.BINDING:
        shown = live.references.get(row.path, "")
        return names.get((row.path, shown)) or (shown if row.is_id(shown) else None)
    return at(live.spec, row.path)


def _without_derived(kind: Kind, said: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The fields without those that can be derived from the others."""
    derived = dict(leaves(kind.derived(unflatten(said.items()))))
    rest = {path: value for path, value in said.items() if path not in derived}
    return rest if dict(leaves(kind.derived(unflatten(rest.items())))) == derived else said


def _acceptable(
    kind: Kind, tag: str, said: dict[str, JsonValue]
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """The fields without optional fields whose value is not allowed, and the paths of those.

    Required fields stay, even with a wrong value: the decoder reports what is wrong.
    """
    rows = {row.path: row for row in kind.fields}
    left_out: list[str] = []
    while True:
        wrong = _refused(kind, said)
        free = [
            path
            for path in wrong
            if tag not in rows[path].required or rows[path].default is not None
        ]
        if not free:
            return said, tuple(left_out)
        left_out += free
        said = {path: value for path, value in said.items() if path not in free}


def _refused(kind: Kind, said: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The paths whose values the kind's model refuses."""
    try:
        kind.model.model_validate(unflatten(said.items()))
    except ValidationError as fault:
        places = [details["loc"] for details in fault.errors(include_url=False)]
        return tuple(path for path in said if _among(path, places))
    return ()


def _among(path: str, places: Iterable[tuple[int | str, ...]]) -> bool:
    steps = tuple(path.split("."))
    return any(place[: len(steps)] == steps for place in places)


_LONGEST = 63
_NAMELESS = "campaign"
# Names that Windows reserves for devices, and the name of the project file.
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "reconciler"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


def manifest_name(text: str, taken: Collection[str]) -> str:
    """The name in lower-case letters, digits and hyphens; with a number if it is `taken`."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = _OTHER.sub("-", ascii_only.lower())
    name = words.strip("-")[:_LONGEST].strip("-") or _NAMELESS
    if name not in taken and name not in _RESERVED:
        return name
    for number in count(2):
        ending = f"-{number}"
        numbered = name[: _LONGEST - len(ending)].rstrip("-") + ending
        if numbered not in taken:
            return numbered
    raise AssertionError("counting has no end")
