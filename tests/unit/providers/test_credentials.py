import pytest

from reconciler.errors import AuthenticationFailed
from reconciler.providers.credentials import Credential


def test_blanks_around_a_value_are_not_part_of_it() -> None:
    assert Credential(lambda: " secret\n", "file /run/key").value() == "secret"


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "schlüssel"])
def test_a_value_that_no_header_can_carry_is_refused_by_its_origin(value: str) -> None:
    with pytest.raises(AuthenticationFailed, match="file /run/key") as problem:
        Credential(lambda: value, "file /run/key").value()
    assert not value.strip() or value not in str(problem.value)


def test_a_credential_does_not_show_its_value() -> None:
    assert "secret" not in repr(Credential(lambda: "secret", "file /run/key"))
