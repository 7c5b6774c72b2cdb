"""The models of a plan document: Terraform's plan shape, with our own parts under `reconciler`.

Does not know how a plan is encoded or decoded.
"""

from typing import Literal

from pydantic import Field, JsonValue

from reconciler.plan.document.ours import OurChange, OurPlan, StrictModel, left_out
from reconciler.resources.tree import Tree

FORMAT_VERSION = "1.2"
"""The version of Terraform's plan format, whose shape we follow."""
TERRAFORM_VERSION = "1.9.8"
"""The release with that plan format; tools require it."""
Verb = Literal["no-op", "create", "update", "delete", "forget"]
"""Terraform's words for actions, and OpenTofu's for `forget`."""


class Importing(StrictModel):
    """The live campaign that is adopted."""

    id: str


class ChangeBody(StrictModel):
    """Terraform's change: `before` is the whole live spec, `after` adds the manifest to it."""

    actions: list[Verb]
    before: Tree | None
    after: Tree | None
    after_unknown: dict[str, bool]
    importing: Importing | None = Field(default=None, exclude_if=left_out)


class ResourceChange(StrictModel):
    """One campaign; no-ops are in the document too."""

    address: str
    previous_address: str | None = Field(default=None, exclude_if=left_out)
    mode: Literal["managed"] = "managed"
    type: str
    name: str
    provider_name: str
    change: ChangeBody
    action_reason: str | None = Field(default=None, exclude_if=left_out)
    reconciler: OurChange


class ResourceValues(StrictModel):
    """A campaign as it will be."""

    address: str
    mode: Literal["managed"] = "managed"
    type: str
    name: str
    provider_name: str
    schema_version: Literal[0] = 0
    values: Tree


class ValuesModule(StrictModel):
    """All campaigns; there are no other modules."""

    resources: list[ResourceValues]


class PlannedValues(StrictModel):
    """The campaigns after apply."""

    root_module: ValuesModule


class ProviderConfig(StrictModel):
    """A provider that the plan uses."""

    name: str
    full_name: str


class ConfigResource(StrictModel):
    """A campaign that has a manifest."""

    address: str
    mode: Literal["managed"] = "managed"
    type: str
    name: str
    provider_config_key: str
    expressions: dict[str, JsonValue]
    schema_version: Literal[0] = 0


class ConfigModule(StrictModel):
    """All manifests."""

    resources: list[ConfigResource]


class Configuration(StrictModel):
    """The manifests, as far as tools for Terraform plans require them."""

    provider_config: dict[str, ProviderConfig]
    root_module: ConfigModule


class PlanDocument(StrictModel):
    """A plan of reconciler in the shape of Terraform's plan JSON."""

    format_version: str = Field(description="The version of Terraform's plan format.")
    terraform_version: str = Field(description="The release with that format; tools require it.")
    planned_values: PlannedValues = Field(description="The campaigns as they will be.")
    configuration: Configuration = Field(description="The manifests, as far as tools require them.")
    resource_changes: list[ResourceChange] = Field(description="Every campaign, and what happens.")
    resource_drift: list[ResourceChange] = Field(description="What changed since the last apply.")
    timestamp: str = Field(description="When it was made.")
    complete: bool = Field(description="Whether everything was read and compared.")
    applyable: bool = Field(description="Whether apply would do anything with it.")
    errored: bool = Field(description="Whether there were errors; then it cannot be applied.")
    reconciler: OurPlan = Field(description="Everything that Terraform has no place for.")
