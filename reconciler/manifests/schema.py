"""The decoder's models into JSON Schemas for editors.

One schema for all kinds: `kind` decides what `spec` and `overrides` may hold.
"""

import json
import re
from collections.abc import Mapping

from pydantic import BaseModel, JsonValue

from reconciler.manifests.envelope import Envelope
from reconciler.resources.kinds import KINDS
from reconciler.resources.tree import Tree

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema() -> Tree:
    """The schema of one manifest document of any kind."""
    envelope = titled(Envelope.model_json_schema())
    definitions = mapping(envelope.pop("$defs"))
    branches: list[JsonValue] = []
    for kind in KINDS:
        spec = titled(kind.model.model_json_schema())
        for name, definition in mapping(spec.pop("$defs", {})).items():
            definitions[f"{kind.kind}.{name}"] = definition
        _repoint(spec, kind.kind)
        definitions[kind.kind] = spec
        for name in [name for name in definitions if name.startswith(f"{kind.kind}.")]:
            _repoint(definitions[name], kind.kind)
        branches.append(_branch(kind.kind))
    for name in list(definitions):
        if name.partition(".")[0] in {kind.kind for kind in KINDS}:
            definitions[f"{name}.override"] = _partial(definitions[name])
    properties = mapping(envelope["properties"])
    properties["kind"] = {"enum": [kind.kind for kind in KINDS]}
    properties["spec"] = {"type": "object"}
    properties["overrides"] = {"description": mapping(properties["overrides"])["description"]}
    schema: Tree = {
        "$schema": DIALECT,
        "title": "reconciler manifest",
        **envelope,
        "properties": properties,
        "allOf": branches,
    }
    used = _used([schema], definitions)
    return {**schema, "$defs": {name: definitions[name] for name in sorted(used)}}


def _used(roots: list[JsonValue], definitions: Tree) -> set[str]:
    """The names of the definitions that can be reached from `roots`."""
    used: set[str] = set()
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            name = str(value.get("$ref", "")).removeprefix("#/$defs/")
            if name in definitions and name not in used:
                used.add(name)
                waiting.append(definitions[name])
    return used


def serialised(schema: Mapping[str, JsonValue]) -> str:
    """A schema as the text of a file in `schemas/`."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def titled(schema: JsonValue) -> Tree:
    """A model's schema without titles that repeat a key's name, and without useless defaults."""
    cleaned = _without_titles(schema)
    return mapping(cleaned)


def mapping(value: JsonValue) -> Tree:
    """The value, if it is a JSON object; raises TypeError for anything else."""
    if not isinstance(value, dict):
        raise TypeError("not a JSON object")
    return value


def _without_titles(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _properties(below) if key in ("properties", "$defs") else _without_titles(below)
        for key, below in value.items()
        if key != "title" and not (key == "default" and not _writable(below, value))
    }


def _writable(default: JsonValue, schema: Mapping[str, JsonValue]) -> bool:
    """Whether people could write a default like this: pydantic shows some in its internal form."""
    if default is None or isinstance(default, dict | list):
        return False
    pattern = schema.get("pattern")
    return not isinstance(pattern, str) or re.search(pattern, str(default)) is not None


def _properties(value: JsonValue) -> JsonValue:
    return {key: _without_titles(below) for key, below in mapping(value).items()}


def _repoint(value: JsonValue, kind: str) -> None:
    """Point references to the definitions with the kind's prefix."""
    if isinstance(value, list):
        for item in value:
            _repoint(item, kind)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix("#/$defs/")
            value["$ref"] = f"#/$defs/{kind}.{name}"
        for below in value.values():
            _repoint(below, kind)


def _branch(kind: str) -> Tree:
    override: Tree = {"additionalProperties": {"$ref": f"#/$defs/{kind}.override"}}
    either: Tree = {"anyOf": [override, {"type": "null"}]}
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"properties": {"spec": {"$ref": f"#/$defs/{kind}"}, "overrides": either}},
    }


def _partial(definition: JsonValue) -> JsonValue:
    """A definition for overrides, which set only some keys: nothing is required, null removes."""
    whole = mapping(definition)
    properties = mapping(whole.get("properties", {}))
    kept = {key: value for key, value in whole.items() if key != "required"}
    removable = {key: _or_null(_partial_references(below)) for key, below in properties.items()}
    return {**kept, "properties": removable} if properties else kept


def _or_null(value: JsonValue) -> JsonValue:
    null: Tree = {"type": "null"}
    alternatives = mapping(value).get("anyOf")
    if isinstance(alternatives, list) and null in alternatives:
        return value
    return {"anyOf": [value, null]}


def _partial_references(value: JsonValue) -> JsonValue:
    """Point references to the partial form of mappings; a list is replaced as a whole."""
    if isinstance(value, list):
        return [_partial_references(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {**value, "$ref": f"{value['$ref']}.override"}
    return {
        key: below if key == "items" else _partial_references(below) for key, below in value.items()
    }


def model_schema(model: type[BaseModel], title: str) -> Tree:
    """The schema of one model, as a separate document."""
    schema = titled(model.model_json_schema())
    return {"$schema": DIALECT, "title": title, **schema}
