"""The name of a campaign inside a project: `<type>.<metadata.name>`."""

from dataclasses import dataclass
from typing import Self

EXAMPLE = "kore_sms_campaign.renewal"
"""The address that messages and help use as an example."""


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """A resource type and a manifest's name; unique within a project."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `type.name`; raises ValueError for any other shape."""
        type_, dot, name = text.partition(".")
        if not (type_ and dot and name):
            raise ValueError(f"{text!r} is not an address; write it like {EXAMPLE}")
        return cls(type_, name)
