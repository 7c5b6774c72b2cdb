"""The generated parts of the pages: each name gives Markdown.

A page marks the place of a part with two comments, `<!-- generated: NAME -->` and `<!-- end -->`.
`make docs` writes the parts again; everything around them is written by hand.
"""

import ast
import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from reconciler.cli.main import COMMANDS, cli
from reconciler.config.sections import project_schema
from reconciler.config.variables import VARIABLES
from reconciler.errors import MEANINGS, PRECEDENCE, ExitCode
from reconciler.manifests.envelope import Envelope
from reconciler.manifests.schema import titled
from reconciler.plan.document.file import plan_schema
from reconciler.plan.gate_table import GATES, met_codes
from reconciler.render.job_outputs import OUTPUTS
from reconciler.render.metrics import METRICS
from reconciler.resources.base import Kind
from reconciler.resources.kinds import KINDS
from reconciler.simulator.faults import FaultKind
from tests.docs.tables import (
    JsonSchema,
    definition,
    field_notes,
    flat,
    key_rows,
    kind_of,
    member_rows,
    option_rows,
    properties,
    table,
)
from tests.support.import_owners import OWNERS

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SHARED = {parameter.name for parameter in cli.params} - {"version"}
"""The options that are accepted before every command."""
_KEYS = ("key", "value", "default", "meaning")
_PLAN_KEYS = ("key", "value", "meaning")


def pages() -> Iterator[Path]:
    """Every page that may have generated parts."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def refreshed(text: str) -> str:
    """A page's text with its parts written again; raises KeyError for an unknown part."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]().strip()}\n\n{found[3]}", text)


def exit_codes() -> str:
    """The codes and what they mean."""
    return table(("code", "meaning"), ((str(int(code)), MEANINGS[code]) for code in ExitCode))


def precedence() -> str:
    """Which code counts if several apply."""
    order = ", ".join(str(int(code)) for code in PRECEDENCE if code is not ExitCode.OK)
    return f"If several apply, the process exits with the first of {order}."


def gates() -> str:
    """The gates, when each is judged, and what stops at it."""
    stopped = {True: "`apply`, `start`, `schedule`", False: "`apply`"}
    return table(
        ("gate", "kind", "stops", "because"),
        (
            (f"`{code}`", gate.kind, stopped[gate.by_launch], gate.meaning)
            for code in met_codes()
            for gate in (GATES[code],)
        ),
    )


def variables() -> str:
    """The environment variables."""
    return table(("variable", "meaning"), ((f"`{name}`", text) for name, text in VARIABLES.items()))


def job_outputs() -> str:
    """What later steps of a job may ask for."""
    return table(("output", "value"), ((f"`{name}`", text) for name, text in OUTPUTS.items()))


def metrics() -> str:
    """The metrics of `drift --metrics`."""
    return table(
        ("metric", "labels", "meaning"),
        (
            (
                f"`reconciler_{name}`",
                ", ".join(f"`{label}`" for label in ("environment", *one.labels)),
                one.meaning,
            )
            for name, one in METRICS.items()
        ),
    )


def section(*path: str) -> Callable[[], str]:
    """The keys of one section of the project file."""
    return lambda: _keys(project_schema(), path)


def envelope(*path: str) -> Callable[[], str]:
    """The keys of a manifest around its spec."""
    return lambda: _keys(titled(Envelope.model_json_schema()), path)


def _keys(whole: JsonSchema, path: Iterable[str]) -> str:
    """The keys of the object at a path, where `*` is any key; of a list, those of its items."""
    found = whole
    for key in path:
        below = found["additionalProperties"] if key == "*" else properties(found)[key]
        assert isinstance(below, dict)
        found = definition(below, whole)
        if found.get("type") == "array":
            items = found["items"]
            assert isinstance(items, dict)
            found = definition(items, whole)
    return table(_KEYS, key_rows(found, whole, "required"))


def spec(kind: Kind) -> Callable[[], str]:
    """The keys of a kind's spec, where its vendor accepts them, and the refused keys."""

    def part() -> str:
        whole = titled(kind.model.model_json_schema())
        rows = []
        for path, below, told in flat(whole, whole):
            create, notes = field_notes(kind.field(path), kind)
            rows.append((f"`{path}`", kind_of(below, whole), create, f"{told} {notes}"))
        reasons: dict[str, list[str]] = {}
        for key, why in kind.refused.items():
            reasons.setdefault(why, []).append(f"`{key}`")
        refused = table(("keys", "why"), ((", ".join(keys), why) for why, keys in reasons.items()))
        keys = table(("key", "value", "on create", "meaning"), rows)
        return f"{keys}\nThese keys of the vendor are refused:\n\n{refused}"

    return part


def plan_document() -> str:
    """Every object of the plan document."""
    whole = plan_schema()
    definitions = whole["$defs"]
    assert isinstance(definitions, dict)
    parts = [_object("The document", whole, whole)]
    for name, found in _reachable(whole, definitions).items():
        parts.append(_object(name, found, whole))
    return "\n".join(parts)


def _reachable(whole: JsonSchema, definitions: Mapping[str, object]) -> dict[str, JsonSchema]:
    """The objects in the order in which a reader meets them."""
    found: dict[str, JsonSchema] = {}

    def visit(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            below = definitions.get(name)
            if isinstance(below, dict) and "properties" in below and name not in found:
                found[name] = below
                visit(below)
            for item in value.values():
                visit(item)

    visit({key: value for key, value in whole.items() if key != "$defs"})
    return found


def _object(name: str, found: JsonSchema, whole: JsonSchema) -> str:
    rows = []
    for key, below in properties(found).items():
        assert isinstance(below, dict)
        rows.append((f"`{key}`", _linked(below, whole), str(below.get("description", ""))))
    columns = 3 if any(told for _, _, told in rows) else 2
    keys = table(_PLAN_KEYS[:columns], (row[:columns] for row in rows))
    return f"### {name}\n\n{found.get('description', '')}\n\n{keys}"


def _linked(schema: JsonSchema, whole: JsonSchema) -> str:
    """As `kind_of`, with a link to the object."""
    text = str(schema)
    name = re.search(r"#/\$defs/(\w+)", text)
    if name is None or "properties" not in definition({"$ref": name[0]}, whole):
        return kind_of(schema, whole)
    link = f"[{name[1]}](#{name[1].lower()})"
    return f"list of {link}" if "'array'" in text else link


def commands() -> str:
    """Every command: usage, what it does, its options."""
    return "\n".join(_command(name, _loaded(name)) for name in COMMANDS)


def shared_options() -> str:
    """The options that commands share."""
    return table(("option", "meaning"), _rows(cli, SHARED.__contains__))


def _loaded(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def _command(name: str, command: click.Command) -> str:
    if isinstance(command, click.Group):
        below = (_command(f"{name} {sub}", one) for sub, one in command.commands.items())
        return "\n".join(below)
    # A command keeps the help option that its first context asks for: as the program's.
    spellings = cli.context_settings["help_option_names"]
    context = click.Context(command, info_name=f"reconciler {name}", help_option_names=spellings)
    usage = " ".join(command.collect_usage_pieces(context))
    # Paragraphs as click prints them, without its own marks.
    told = inspect.cleandoc(command.help or "").replace("\b", "")
    rows = list(_rows(command, lambda option: option not in SHARED))
    options = f"\n{table(('option', 'meaning'), rows)}" if rows else ""
    taken = {param.name for param in command.params}
    shared = ", ".join(f"`{one.opts[0]}`" for one in cli.params if one.name in SHARED & taken)
    also = f"\nShared options: {shared}.\n" if shared else ""
    return f"### {name}\n\n`reconciler {name} {usage}`\n\n{told}\n{options}{also}"


def _rows(command: click.Command, wanted: Callable[[str], bool]) -> Iterable[tuple[str, str]]:
    names = {param.name for param in command.params if wanted(param.name or "")}
    kept = [param for param in command.params if param.name in names]
    return option_rows(click.Command(command.name, params=kept))


def layers() -> str:
    """The layers of the package, highest first, as the linter checks them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (whole,) = (
        one["layers"]
        for one in settings["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers" and "containers" not in one
    )
    rows = (re.findall(r"(?<![(\w])reconciler\.(\w+)", layer) for layer in whole)
    return "```\n" + "".join(f"{' | '.join(row)}\n" for row in rows) + "```"


def owners() -> str:
    """Which files may import a library."""
    return table(
        ("library", "only imported by"),
        (
            (f"`{library}`", ", ".join(f"`{place}`" for place in places))
            for library, places in OWNERS.items()
        ),
    )


def rooms() -> str:
    """Every package, and every module beside them, with the first line of its docstring."""
    package = ROOT / "reconciler"
    rows = []
    for path in (*package.glob("*.py"), *package.rglob("*/__init__.py")):
        room = path.parent if path.name == "__init__.py" else path
        told = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        if room != package and path.name != "__main__.py":
            rows.append((room.relative_to(package).as_posix(), told.partition("\n\n")[0]))
    described = ((f"`{room}`", text) for room, text in sorted(rows))
    return table(("package or module", "what it is"), described)


PARTS: Mapping[str, Callable[[], str]] = {
    "exit codes": exit_codes,
    "precedence": precedence,
    "gates": gates,
    "variables": variables,
    "metrics": metrics,
    "job outputs": job_outputs,
    "project": section(),
    "environment": section("environments", "*"),
    "target": section("environments", "*", "targets", "*"),
    "auth": section("environments", "*", "targets", "*", "auth"),
    "timeouts": section("environments", "*", "targets", "*", "timeouts"),
    "safety": section("safety"),
    "reach tolerance": section("safety", "reachTolerance"),
    "apply windows": section("safety", "applyWindows"),
    "apply window": section("safety", "applyWindows", "allow"),
    "envelope": envelope(),
    "metadata": envelope("metadata"),
    "ignore": envelope("metadata", "ignore"),
    "accept": envelope("metadata", "accept"),
    **{kind.kind: spec(kind) for kind in KINDS},
    "plan document": plan_document,
    "commands": commands,
    "shared options": shared_options,
    "layers": layers,
    "owners": owners,
    "rooms": rooms,
    "faults": lambda: table(("fault", "what happens"), member_rows(FaultKind)),
}
