"""A call of a vendor's API as data; requests are built from it, and docs/vendors lists it."""

from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote

from reconciler.errors import InvalidInput
from reconciler.providers.response import is_plain_id
from reconciler.resources.writes import KNOWN_AFTER_APPLY


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation of an API version; `path` has `{placeholders}` for ids."""

    api: str
    operation: str
    method: str
    path: str

    def at(self, **ids: str) -> str:
        """The path with its ids, percent-encoded; `KNOWN_AFTER_APPLY` stays as it is.

        Raises InvalidInput for an id that would lead to another path.
        """
        wanted = {name: ids[name] for _, name, _, _ in Formatter().parse(self.path) if name}
        return self.path.format_map({name: _encoded(id_) for name, id_ in wanted.items()})


def by_operation(endpoints: tuple[Endpoint, ...], api: str) -> dict[str, Endpoint]:
    """The calls of one API version, by operation."""
    return {each.operation: each for each in endpoints if each.api == api}


def _encoded(id_: str) -> str:
    if id_ == KNOWN_AFTER_APPLY:
        return id_
    if not is_plain_id(id_):
        raise InvalidInput(
            "an id for a request's path has a slash or other characters that no id has",
            "Check the ids in the project file and in the manifests.",
        )
    return quote(id_, safe="")
