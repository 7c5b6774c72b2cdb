import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifests.envelope import NAME
from reconciler.manifests.export.draft import manifest_name


@given(st.text(), st.integers(0, 12))
def test_whatever_it_is_called_the_name_is_valid_and_new(text: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others):
        taken.add(manifest_name(text, taken))
    name = manifest_name(text, taken)
    assert len(taken) == others
    assert name not in taken
    assert NAME.fullmatch(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Spring Renewal: Ünïcode ✓", "spring-renewal-unicode"),
        ("\u202e\n\t", "campaign"),
        ("", "campaign"),
        ("--x--", "x"),
        ("a" * 80, "a" * 63),
        ("a" * 62 + " b", "a" * 62),
        ("reconciler", "reconciler-2"),
        ("Con", "con-2"),
    ],
)
def test_a_name_stays_recognisable(text: str, name: str) -> None:
    assert manifest_name(text, set()) == name


def test_the_number_of_a_long_name_fits() -> None:
    assert manifest_name("a" * 80, {"a" * 63}) == f"{'a' * 61}-2"
