import pytest
from pydantic import ValidationError

from reconciler.resources.carecycle_specs import CareCycleSpec
from reconciler.resources.kore_specs import KoreSmsSpec


@pytest.mark.parametrize("key", ["name", "redial", "templateId", "smsTypes"])
def test_an_explicit_null_is_refused_where_nothing_can_be_cleared(key: str) -> None:
    with pytest.raises(ValidationError, match="cannot be cleared; leave the key out"):
        CareCycleSpec.model_validate({"name": "Spring", key: None})


def test_null_is_taken_where_it_clears() -> None:
    assert CareCycleSpec.model_validate({"name": "x", "description": None}).description is None
    assert "dnc_lists" in KoreSmsSpec.clearable
