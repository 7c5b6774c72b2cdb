"""What a manifest may refer to: environments and their targets, as plain names.

This package must not know the project file, so it receives targets as these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.address import Address
from reconciler.resources.marker import marker_for


@dataclass(frozen=True, slots=True)
class TargetScope:
    """The part of a target that manifests need to know."""

    name: str
    provider: str
    api: str
    shared: bool = False
    """Whether other environments use its account as well."""


@dataclass(frozen=True, slots=True)
class EnvironmentScope:
    """An environment and its targets by name."""

    name: str
    targets: Mapping[str, TargetScope]
    project: str = ""
    """The project's id."""

    def marker(self, address: Address, target: TargetScope) -> str:
        """The marker of a campaign's creates on a target."""
        return marker_for(self.project, target.name, address, self.name if target.shared else "")
