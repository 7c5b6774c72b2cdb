"""Tells whether an environment variable that works as a switch is set, such as `CI`."""

from collections.abc import Mapping

_OFF = frozenset({"", "0", "false", "no"})


def is_on(environ: Mapping[str, str], name: str) -> bool:
    """Whether a switch is set; empty, `0`, `false` and `no` in any case count as unset."""
    return environ.get(name, "").strip().lower() not in _OFF
