"""Every pattern stays linear, as its callers use it, on text that is made to slow it down."""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.located_yaml.text import disputed

HEADS = ("", "9", "a", "|", "x: &", "apikey")
UNITS = (
    *(" ", "\n", "\r\n", "0", "a", "A", "-", "#", ".", ":", "=", "'", "[", "(", "+", "/", "\\"),
    *("> #", "| ", ">\n", "|#", " &", "*a", " 9", "9:", ". ", "a.", "=a", "+1 ", "123-"),
    *("{{", "[rc-", "eyJ", "eyJ-.", "bearer ", "apikey =", "cc_", "<Code>", "a%", "2026-01-"),
)
TAILS = ("", "\0")
LENGTH = 10_000
SECONDS = 0.25


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes], set[str]]]:
    """Each pattern of a module, and the methods that the module calls on it."""
    for found in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        source = Path(str(module.__file__)).read_text("utf-8")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and f"{name} = re.compile(" in source:
                used = set(re.findall(rf"\b{name}\.(\w+)\(", source))
                yield f"{found.name}.{name}", value, used


CASES = {name: (pattern, used) for name, pattern, used in patterns()}


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@pytest.mark.parametrize("name", CASES)
def test_a_pattern_is_linear(name: str) -> None:
    pattern, used = CASES[name]
    for head, unit, tail in product(HEADS, UNITS, TAILS):
        text: Any = head + unit * (LENGTH // len(unit)) + tail
        if isinstance(pattern.pattern, bytes):
            text = text.encode()

        def use(text: Any = text) -> object:
            if used == {"fullmatch"}:
                return pattern.fullmatch(text)
            return list(pattern.finditer(text))

        # A second look, because the machine may have been busy elsewhere.
        assert min(seconds(use), seconds(use)) < SECONDS, (head, unit, tail)


def test_a_manifest_of_adversarial_text_is_read_in_time() -> None:
    for line in ("> # ", "| ", "x: &", "*", ": >"):
        text = f"# {line * (100_000 // len(line))}\na: 1\n"
        assert seconds(lambda text=text: disputed(text)) < 1  # type: ignore[misc]
