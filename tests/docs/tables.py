"""JSON Schemas, field tables and click commands into Markdown tables."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import click

from reconciler.resources.base import Compare, Field, Kind, Tags
from reconciler.resources.tree import Tree

JsonSchema = Mapping[str, object]
_HUGE = 1_000_000_000
"""A limit that no reader reaches."""
_DEFAULT = re.compile(r"(?:^|[;,] )default:? ((?:[^;.]|\.\b)+)\.$", re.IGNORECASE)
"""The end of a description that says the default, which has a column of its own."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a cell's line breaks become spaces."""
    lines = [" | ".join(header), " | ".join("---" for _ in header)]
    lines += [
        " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows
    ]
    return "".join(f"| {line} |\n" for line in lines)


def properties(schema: JsonSchema) -> Tree:
    """The keys of an object's schema."""
    found = schema.get("properties", {})
    assert isinstance(found, dict)
    return found


def definition(schema: JsonSchema, whole: JsonSchema) -> JsonSchema:
    """The schema behind a reference, or the schema itself; ignores the alternative null."""
    others = [one for one in _alternatives(schema) if one != {"type": "null"}]
    if len(others) == 1:
        return definition(others[0], whole)
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    definitions = whole["$defs"]
    assert isinstance(definitions, dict)
    found = definitions[reference.rpartition("/")[2]]
    assert isinstance(found, dict)
    return found


def _alternatives(schema: JsonSchema) -> list[JsonSchema]:
    found = schema.get("anyOf", [])
    assert isinstance(found, list)
    return found


def kind_of(schema: JsonSchema, whole: JsonSchema) -> str:
    """The type of a value in words: `text`, `list of text`, the words that it may be."""
    schema = definition(schema, whole)
    alternatives = [one for one in _alternatives(schema) if one != {"type": "null"}]
    if alternatives:
        return " or ".join(dict.fromkeys(kind_of(one, whole) for one in alternatives))
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if isinstance(words, list) and words:
        return ", ".join(f"`{_written(word)}`" for word in words)
    items = schema.get("items", {})
    assert isinstance(items, dict)
    named = {
        "array": f"list of {kind_of(items, whole)}" if items else "list",
        "string": _text(schema),
        "integer": f"number{_limits(schema)}",
        "number": f"number{_limits(schema)}",
        "boolean": "`true` or `false`",
        "object": "mapping",
    }
    return named.get(str(schema.get("type")), "any value")


def _written(word: object) -> str:
    """A value as people write it in YAML."""
    return str(word).lower() if isinstance(word, bool) else str(word) or '""'


def _text(schema: JsonSchema) -> str:
    examples = schema.get("examples")
    if schema.get("format") == "date":
        return "date, such as `2026-12-31`"
    if isinstance(examples, list):
        return f"text, such as `{examples[0]}`"
    return f"text, at most {schema['maxLength']} characters" if "maxLength" in schema else "text"


def _limits(schema: JsonSchema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(high, int) and high < _HUGE:
        return f", {low or 0} to {high}"
    return f", {low} or more" if low else ""


def key_rows(schema: JsonSchema, whole: JsonSchema, required: str) -> Iterator[tuple[str, ...]]:
    """Key, type, default and meaning; a required key has `required` as its default."""
    needed = schema.get("required", [])
    assert isinstance(needed, list)
    for key, below in properties(schema).items():
        assert isinstance(below, dict)
        told = _DEFAULT.search(meaning(below, whole))
        default = below.get("default")
        shown = "" if default is None else f"`{_written(default)}`"
        shown = required if key in needed else told[1] if told else shown
        yield f"`{key}`", kind_of(below, whole), shown, _DEFAULT.sub(".", meaning(below, whole))


def meaning(schema: JsonSchema, whole: JsonSchema) -> str:
    """A key's description, or that of its type; "" if the code has none."""
    below = definition(schema, whole)
    return str(schema.get("description") or below.get("description") or "")


def flat(
    schema: JsonSchema, whole: JsonSchema, prefix: str = ""
) -> Iterator[tuple[str, JsonSchema, str]]:
    """The paths of a nested object that hold values: path, schema, meaning.

    A path without a meaning of its own has that of the object around it.
    """
    for key, below in properties(schema).items():
        assert isinstance(below, dict)
        target = definition(below, whole)
        if "properties" in target:
            yield from flat(target, whole, f"{prefix}{key}.")
        else:
            own = meaning(below, whole) or str(schema.get("description", ""))
            yield f"{prefix}{key}", below, own


def field_notes(row: Field | None, kind: Kind) -> tuple[str, str]:
    """Where create accepts a field, and other facts about it."""
    if row is None:
        return "", ""
    everywhere = frozenset[str]().union(*(one.writable for one in kind.fields))
    required = row.required if row.default is None else frozenset[str]()
    optional = row.optional if row.default is None else row.required | row.optional
    create = []
    if required:
        create.append(f"required{_where(required, everywhere)}")
    if optional:
        create.append(f"optional{_where(optional, everywhere)}")
    notes = []
    if row.default is not None:
        notes.append(f"`{_written(row.default)}` is sent if it is left out.")
    if row.immutable:
        notes.append("It cannot be changed later.")
    if row.compare is Compare.BINDING:
        notes.append("The vendor shows an id in its place.")
    if row.write_only:
        notes.append(f"The vendor does not show it{_where(row.write_only, everywhere)}.")
    return "; ".join(create), " ".join(notes)


def _where(tags: Tags, everywhere: Tags) -> str:
    """In words, "" for everywhere: ` on v2`, ` for advanced`, ` for Agentless on v2`."""
    versions, variants = _parts(tags)
    all_versions, all_variants = _parts(everywhere)
    product = {f"{version}:{variant}" for version in versions for variant in variants}
    if product != tags:
        halves = sorted({tag.partition(":")[0] for tag in tags})
        one_by_one = [
            _where(frozenset(tag for tag in tags if tag.startswith(f"{half}:")), everywhere)
            for half in halves
        ]
        return ",".join(one_by_one)
    named = "" if variants == all_variants else f" for {', '.join(sorted(variants))}"
    return named + ("" if versions == all_versions else f" on {', '.join(sorted(versions))}")


def _parts(tags: Tags) -> tuple[set[str], set[str]]:
    pairs = [tag.partition(":") for tag in tags]
    return {version for version, _, _ in pairs}, {variant for _, _, variant in pairs}


def member_rows(enumeration: type[StrEnum]) -> Iterator[tuple[str, str]]:
    """The values of an enumeration, with the docstring below each member ("" if none)."""
    (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(enumeration))).body
    assert isinstance(parsed, ast.ClassDef)
    for statement, following in zip(parsed.body, [*parsed.body[1:], None], strict=True):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            meant = following.value if isinstance(following, ast.Expr) else None
            text = meant.value if isinstance(meant, ast.Constant) else ""
            yield f"`{ast.literal_eval(statement.value)}`", str(text)


def option_rows(command: click.Command) -> Iterator[tuple[str, str]]:
    """The options of a command, without those that every command has."""
    context = click.Context(command)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record is not None:
            yield f"`{record[0]}`", record[1]
