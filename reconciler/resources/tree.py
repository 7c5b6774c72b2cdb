"""JSON trees in canonical form: dotted paths, overlay, one serialisation and its hash.

A tree has the shape of the vendor's create body. A path names a leaf (`dialingStrategy.callerId.
phoneNumber`); a list is a leaf. Must not know a vendor or a kind.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from pydantic import JsonValue

Tree = dict[str, JsonValue]


def canonical_json(value: JsonValue) -> str:
    """The serialisation that is hashed: sorted keys, no spaces, ASCII escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: JsonValue) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def leaves(tree: Mapping[str, JsonValue], prefix: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Every (path, value) of a tree, in its order; an empty mapping is a leaf."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def unflatten(pairs: Iterable[tuple[str, JsonValue]]) -> Tree:
    """The tree with these leaves; the inverse of `leaves`."""
    tree: Tree = {}
    for path, value in pairs:
        *parents, last = path.split(".")
        node = tree
        for key in parents:
            child = node.setdefault(key, {})
            if not isinstance(child, dict):
                child = node[key] = {}
            node = child
        node[last] = value
    return tree


def at(tree: Mapping[str, JsonValue], path: str) -> JsonValue:
    """The value at `path`, or None."""
    value: JsonValue = cast(JsonValue, tree)
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def has(tree: Mapping[str, JsonValue], path: str) -> bool:
    """Whether `tree` has a value at `path`, null included."""
    value: JsonValue = cast(JsonValue, tree)
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def covers(subjects: Iterable[str], path: str) -> bool:
    """Whether `path` is one of these paths or below one of them."""
    return any(path == subject or path.startswith(f"{subject}.") for subject in subjects)


def overlay(base: Mapping[str, JsonValue], top: Mapping[str, JsonValue]) -> Tree:
    """`base` with every leaf of `top` over it; neither is changed."""
    merged: Tree = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = overlay(below, value)
        else:
            merged[key] = value
    return merged
