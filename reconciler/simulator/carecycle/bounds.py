"""Bounds that no page states: numbers, lengths of lists and texts.

See docs/vendors/carecycle.md 15.19.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.switches import CareCycleSwitches


def outside(key: str, value: JsonValue, switches: CareCycleSwitches) -> str:
    """The name of what is outside its bounds in the checked value of a key; "" for nothing."""
    bounds = {str(name): limits for name, limits in switches.bounds.items()}
    for name, measure in _measures(key, value) if bounds else ():
        lowest, highest = bounds.get(name, (measure, measure))
        if not lowest <= measure <= highest:
            return name
    return ""


def _measures(key: str, value: JsonValue) -> Iterator[tuple[str, float]]:
    if isinstance(value, str):
        yield key, len(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield key, value
    elif isinstance(value, list):
        yield key, len(value)
        for entry in value:
            if isinstance(entry, dict):
                yield from _pattern(entry)
    elif isinstance(value, dict) and key == "smsContent":
        for said in value.values():
            yield key, len(str(said))


def _pattern(entry: Tree) -> Iterator[tuple[str, float]]:
    for name in ("attempts", "intervalMinutes"):
        yield from _measures(name, entry[name])
    days = entry["days"]
    for day in days if isinstance(days, list) else []:
        yield from _measures("days", day)
