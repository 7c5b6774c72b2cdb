import pytest
from pydantic import JsonValue, ValidationError

from reconciler.resources.carecycle import CARECYCLE
from reconciler.resources.carecycle_specs import CareCycleSpec, is_uuid
from reconciler.resources.kinds import canonical
from reconciler.resources.tree import Tree

UUID = "11111111-2222-4333-8444-AAAAAAAAAAAA"


def canon(tree: Tree) -> Tree:
    model = CareCycleSpec.model_validate(tree)
    return canonical(CARECYCLE, model.model_dump(mode="json", exclude_unset=True))


def test_only_what_is_set_is_managed() -> None:
    assert canon({"name": "Spring", "smsTypes": {"redial": True}}) == {
        "name": "Spring",
        "smsTypes": {"redial": True},
    }


def test_ids_are_lower_case_and_sets_are_sorted() -> None:
    other = UUID.replace("1", "0", 1)
    found = canon({"name": "x", "templateId": UUID, "transferConfigIds": [UUID, other, UUID]})
    assert found["templateId"] == UUID.lower()
    assert found["transferConfigIds"] == sorted({UUID.lower(), other.lower()})


def test_redial_patterns_are_compared_by_their_days() -> None:
    first: JsonValue = {"days": [1, 0, 1], "attempts": 2, "intervalMinutes": 90}
    second: JsonValue = {"days": [3], "attempts": 1, "intervalMinutes": 1.5}
    expected = [{**first, "days": [0, 1]}, second]  # type: ignore[dict-item]
    assert canon({"name": "x", "redialPatterns": [second, first]})["redialPatterns"] == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"templateId": "not-a-uuid"},
        {"maxConcurrentCalls": 0},
        {"redial": 1},
        {"name": ""},
        {"name": "n" * 256},
        {"smsTypes": {"fax": True}},
        {"smsContent": {"redial": ""}},
        {"redialPatterns": [{"days": [1], "attempts": 1, "intervalMinutes": 0}]},
        {"redialPatterns": [{"days": [1], "attempts": 1, "intervalMinutes": 5}] * 2},
    ],
)
def test_what_the_vendor_would_refuse_is_refused(wrong: Tree) -> None:
    with pytest.raises(ValidationError):
        CareCycleSpec.model_validate({"name": "Spring", **wrong})


@pytest.mark.parametrize("text", ["", "11111111222243338444aaaaaaaaaaaa", f"{UUID}0", f"{UUID}\n"])
def test_what_is_no_uuid_never_gets_into_a_path(text: str) -> None:
    assert is_uuid(UUID)
    assert not is_uuid(text)


@pytest.mark.parametrize(
    ("path", "shown", "canonical_value"),
    [
        ("description", None, ""),
        ("smsContent.redial", "don''t", "don''t"),
        ("smsTypes.redial", None, False),
        ("features.transfers", None, False),
        ("redial", None, None),
        ("transferConfigIds", [UUID], [UUID.lower()]),
        ("transferConfigIds", [None], [None]),
        ("redialPatterns", None, None),
        ("redialPatterns", ["x"], ["x"]),
        (
            "redialPatterns",
            [{"days": [1, 0, 1], "attempts": "2", "intervalMinutes": 90.0}],
            [{"days": [0, 1], "attempts": 2, "intervalMinutes": 90}],
        ),
        (
            "redialPatterns",
            [{"id": "x", "days": [1.0, "0"], "attempts": 2, "intervalMinutes": 90}],
            [{"days": [0, 1], "attempts": 2, "intervalMinutes": 90}],
        ),
        ("redialPatterns", [{"days": [0.5]}], [{"days": [0.5]}]),
        ("maxConcurrentCalls", "3", 3),
        ("maxConcurrentCalls", "many", "many"),
        ("redialPatterns", [{"days": ["x"]}], [{"days": ["x"]}]),
    ],
)
def test_a_reading_becomes_canonical_or_stays_as_it_is(
    path: str, shown: JsonValue, canonical_value: JsonValue
) -> None:
    row = CARECYCLE.field(path)
    assert row is not None
    assert row.normal(shown) == canonical_value


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        ("don't", "don''t", True),
        ("5'' by 7'", "5'''' by 7''", True),
        ("don''t", "don't", False),
        ("don't", "dont", False),
        ("don't", "Don''t", False),
        ("don't", None, False),
    ],
)
def test_a_vendor_may_double_quotes_of_what_was_sent(
    sent: JsonValue, shown: JsonValue, same: bool
) -> None:
    row = CARECYCLE.field("smsContent.redial")
    assert row is not None
    assert row.respelled(sent, shown) is same
    assert not row.equal(sent, shown)


def test_no_list_is_an_empty_list() -> None:
    for path in ("redialPatterns", "transferConfigIds"):
        row = CARECYCLE.field(path)
        assert row is not None
        assert row.equal([], None)
        assert not row.equal([UUID], None)


def test_a_text_is_kept_as_it_was_written() -> None:
    text = "Bring the 5'' x 7'' picture '''framed'''."
    assert canon({"name": "x", "smsContent": {"redial": text}})["smsContent"] == {"redial": text}


@pytest.mark.parametrize(
    ("key", "why"),
    [("redialTracking", "only the vendor sets it"), ("type", "oldest documentation")],
)
def test_a_key_of_the_vendors_pages_is_refused_with_its_reason(key: str, why: str) -> None:
    assert why in CARECYCLE.refused[key]
