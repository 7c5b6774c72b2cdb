"""What a manifest may refer to: environments and their targets, as plain names.

This package must not know the project file, so it receives targets as these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetScope:
    """The part of a target that manifests need to know."""

    name: str
    provider: str
    api: str


@dataclass(frozen=True, slots=True)
class EnvironmentScope:
    """An environment and its targets by name."""

    name: str
    targets: Mapping[str, TargetScope]
