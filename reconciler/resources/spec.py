"""The base model of a manifest's `spec`."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Spec(BaseModel):
    """A manifest's `spec`, in the vendor's spelling. Values are strict, unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=to_camel, serialize_by_alias=True
    )
    clearable: ClassVar[frozenset[str]] = frozenset()
    """Fields that an explicit null clears at the vendor; for all others null is an error."""

    @field_validator("*", mode="before")
    @classmethod
    def _null_only_where_it_clears(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name not in cls.clearable:
            raise PydanticCustomError("null", "cannot be cleared; leave the key out")
        return value
