"""Every pattern takes less than a second for 100 kB of text that is made to slow it down."""

import ast
import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import reconciler
from reconciler.located_yaml.text import disputed

PACKAGE = Path(reconciler.__file__).parent
HEADS = ("", "9", "a", "|", "x: &", "apikey")
UNITS = (
    *(" ", "\n", "\r\n", "0", "a", "A", "-", "#", ".", ":", "=", "'", "[", "(", "+", "/", "\\"),
    *("> #", "| ", ">\n", "|#", " &", "*a", " 9", "9:", ". ", "a.", "=a", "+1 ", "123-"),
    *("{{", "[rc-", "eyJ", "eyJ-.", "bearer ", "apikey =", "cc_", "<Code>", "a%", "2026-01-"),
    *("1 (", "%2B", "\\u", "##", "::", "\u0430a", "\u0301", "\ufeff", "\U000e0100"),
)
TAILS = ("", "\0")
SHORT, LONG = 10_000, 100_000
SECONDS = 1.0
NOTICED = SECONDS / (LONG / SHORT) ** 2
"""A pattern that takes less for a short text takes less than a second for a long one."""
USES = r"\.(fullmatch|match|search|finditer|findall|sub|split)\("
ITS_OWN_SCHEMAS = PACKAGE / "manifests" / "schema.py"
"""Searches with the patterns of our own models, in their own defaults."""

OF_LITERALS = PACKAGE / "render" / "redact.py"
"""Makes a pattern of nothing but escaped values."""

Pattern = re.Pattern[str] | re.Pattern[bytes]


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def inside(value: object) -> Iterator[Pattern]:
    """The patterns of a module's value, which may be a table of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from inside(item)
    elif isinstance(value, dict):
        yield from inside([*value.values()])


def of_module(module: Any) -> Iterator[tuple[str, Pattern, set[str]]]:
    """Each pattern of a module, and the methods that the module calls on it."""
    source = Path(module.__file__).read_text("utf-8")
    if "re.compile(" not in source:
        return
    for name, value in vars(module).items():
        if re.search(rf"^{name}\b[^=\n]* = ", source, re.MULTILINE):
            for number, pattern in enumerate(inside(value)):
                used = set(re.findall(rf"\b{name}{USES}", source) or re.findall(USES, source))
                yield f"{module.__name__}.{name}[{number}]", pattern, used


def in_schema(value: object) -> Iterator[str]:
    """The patterns of a pydantic schema."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from in_schema(item)
    elif isinstance(value, dict):
        if value.get("type") == "str" and "pattern" in value:
            yield str(value["pattern"])
        yield from in_schema([*value.values()])


def of_models(module: Any) -> Iterator[tuple[str, Pattern, set[str]]]:
    for name, value in vars(module).items():
        if isinstance(value, type) and issubclass(value, BaseModel):
            for pattern in in_schema(value.__pydantic_core_schema__):
                yield f"{module.__name__}.{name} {pattern}", re.compile(pattern), {"search"}


CASES = {
    name: (pattern, used)
    for module in modules()
    for name, pattern, used in (*of_module(module), *of_models(module))
}


def seconds(call: Callable[[], object]) -> float:
    """The processor time of this thread, whatever else the machine does."""
    start = time.thread_time()
    call()
    return time.thread_time() - start


@pytest.mark.parametrize("name", CASES)
def test_a_pattern_is_fast(name: str) -> None:
    pattern, used = CASES[name]

    def taken(length: int, head: str, unit: str, tail: str) -> float:
        text: Any = head + unit * (length // len(unit)) + tail
        if isinstance(pattern.pattern, bytes):
            text = text.encode()
        if used == {"fullmatch"}:
            return seconds(lambda: pattern.fullmatch(text))
        if used <= {"fullmatch", "match"}:
            return seconds(lambda: pattern.match(text))
        return seconds(lambda: deque(pattern.finditer(text), maxlen=0))

    for made in product(HEADS, UNITS, TAILS):
        if taken(SHORT, *made) > NOTICED:
            assert taken(LONG, *made) < SECONDS, made


def test_every_pattern_is_one_that_the_test_finds() -> None:
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        within = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.Lambda)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=called)):
                    assert called in ("compile", "escape") or path == ITS_OWN_SCHEMAS, path
                    made_late = called == "compile" and id(node) in within
                    assert not made_late or path == OF_LITERALS, path
                case _:
                    pass


def test_a_manifest_of_adversarial_text_is_read_in_time() -> None:
    for line in ("> # ", "| ", "x: &", "*", ": >"):
        text = f"# {line * (LONG // len(line))}\na: 1\n"
        assert seconds(lambda text=text: disputed(text)) < SECONDS  # type: ignore[misc]
