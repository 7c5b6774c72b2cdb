"""What a manifest may refer to: environments and their targets, as plain names.

The project file is above this package, so its targets arrive here as these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetScope:
    """A target as far as manifests need to know it."""

    name: str
    provider: str
    api: str


@dataclass(frozen=True, slots=True)
class EnvironmentScope:
    """An environment and its targets by name."""

    name: str
    targets: Mapping[str, TargetScope]
