"""A vendor's record into the spelling of its documentation: keys, words and flags.

Different spellings of one fact are one fact. Whatever is not known stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from reconciler.resources.base import Kind
from reconciler.resources.spellings import flag, one_of
from reconciler.resources.tree import Tree, at, has, overlay, unflatten

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


def known_keys(kinds: Iterable[Kind], others: Iterable[str] = ()) -> Mapping[str, str]:
    """From the snake_case of each documented key to the key."""
    paths = [path for kind in kinds for row in kind.fields for path in (row.path, row.read_as)]
    keys = {key for path in (*paths, *others) for key in path.split(".")}
    snakes = {_UPPER.sub(r"_\1", key).lower(): key for key in sorted(keys)}
    return {snake: key for snake, key in snakes.items() if snake not in keys}


def with_text_name(raw: Tree) -> Tree:
    """The record with its name as text; a name of digits may come as a number."""
    name = raw.get("name")
    is_number = isinstance(name, int) and not isinstance(name, bool)
    return {**raw, "name": str(name)} if is_number else raw


def in_known_keys(raw: Tree, keys: Mapping[str, str]) -> Tree:
    """The record with snake_case keys as the documentation spells them, unless it has both."""
    if keys.keys().isdisjoint(raw) and not any(isinstance(value, dict) for value in raw.values()):
        return raw
    found: Tree = {}
    for key, value in raw.items():
        known = keys.get(key, key)
        spelled = key if known in raw else known
        found[spelled] = in_known_keys(value, keys) if isinstance(value, dict) else value
    return found


def respelled_keys(raw: Tree, keys: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a record, at any depth, that `in_known_keys` spells in another way, sorted."""
    return tuple(sorted({*_respelled(raw, keys)}))


def _respelled(raw: Tree, keys: Mapping[str, str]) -> Iterator[str]:
    for key, value in raw.items():
        if keys.get(key, key) not in raw:
            yield key
        if isinstance(value, dict):
            yield from _respelled(value, keys)


def in_known_words(raw: Tree, words: Mapping[str, Iterable[str]], flags: Iterable[str]) -> Tree:
    """The record with words at these paths in their documented case, and flags as true or false."""
    pairs: list[tuple[str, JsonValue]] = [
        (path, one_of(known, at(raw, path))) for path, known in words.items() if has(raw, path)
    ]
    pairs += [(path, flag(at(raw, path))) for path in flags if has(raw, path)]
    changed = [(path, value) for path, value in pairs if value is not at(raw, path)]
    return overlay(raw, unflatten(changed)) if changed else raw
