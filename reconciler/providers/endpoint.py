"""A call of a vendor's API as data; requests are built from it, and docs/vendors lists it."""

from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote

from reconciler.resources.writes import KNOWN_AFTER_APPLY


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation of an API version; `path` has `{placeholders}` for ids."""

    api: str
    operation: str
    method: str
    path: str

    def at(self, **ids: str) -> str:
        """The path with its ids, percent-encoded; `KNOWN_AFTER_APPLY` stays as it is."""
        wanted = {name: ids[name] for _, name, _, _ in Formatter().parse(self.path) if name}
        return self.path.format_map({name: _encoded(id_) for name, id_ in wanted.items()})


def by_operation(endpoints: tuple[Endpoint, ...], api: str) -> dict[str, Endpoint]:
    """The calls of one API version, by operation."""
    return {each.operation: each for each in endpoints if each.api == api}


def _encoded(id_: str) -> str:
    return id_ if id_ == KNOWN_AFTER_APPLY else quote(id_, safe="")
