from reconciler.providers.known_spelling import (
    in_known_keys,
    in_known_words,
    known_keys,
    respelled_keys,
    with_text_name,
)
from reconciler.resources.kore import KORE_SMS
from reconciler.resources.tree import Tree

KEYS = known_keys((KORE_SMS,), ("createdAt",))


def test_snake_case_is_the_documented_key_at_every_depth() -> None:
    raw: Tree = {
        "created_at": "x",
        "dialing_strategy": {"calling_hours": {"days": []}, "caller_id": {}},
        "message": {"template_name": "T"},
        "not_ours": 1,
    }
    assert in_known_keys(raw, KEYS) == {
        "createdAt": "x",
        "dialingStrategy": {"callingHours": {"days": []}, "callerId": {}},
        "message": {"template_name": "T"},
        "not_ours": 1,
    }


def test_the_documented_key_wins_over_its_other_spelling() -> None:
    raw: Tree = {"contactLists": ["A"], "contact_lists": ["B"]}
    assert in_known_keys(raw, KEYS) == raw


def test_words_and_flags_are_known_in_any_case_and_others_stay() -> None:
    raw: Tree = {"status": "READY", "schedule": {"on": "false", "off": "maybe"}, "other": "READY"}
    found = in_known_words(raw, {"status": ("Ready",), "absent": ("x",)}, ("schedule.on",))
    assert found == {"status": "Ready", "schedule": {"on": False, "off": "maybe"}, "other": "READY"}
    assert in_known_words(found, {"status": ("Ready",)}, ("schedule.on",)) is found


def test_a_name_of_digits_is_text() -> None:
    assert with_text_name({"name": 2026}) == {"name": "2026"}
    assert with_text_name({"name": True}) == {"name": True}


def test_other_spellings_are_named_whatever_their_depth() -> None:
    raw: Tree = {"created_at": "x", "dialing_strategy": {"callerId": {}, "calling_hours": {}}}
    assert respelled_keys(raw, KEYS) == ("calling_hours", "created_at", "dialing_strategy")
    assert respelled_keys({"message": {"template_name": "T"}, "not_ours": 1}, KEYS) == ()
    assert respelled_keys({"contactLists": [], "contact_lists": []}, KEYS) == ()
