import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.diagnostics import Position, SourceRange, warning
from reconciler.errors import ApplyRefused
from reconciler.plan.document.encode import encode_plan
from reconciler.plan.document.file import (
    changes_sha256,
    dump_plan,
    load_plan,
    plan_schema,
    plan_sha256,
)
from reconciler.plan.document.parts import as_json
from reconciler.plan.model import Action, Change, Plan, Protection, Selection
from reconciler.resources.base import Lifecycle, Metadata
from reconciler.resources.tree import canonical_json, overlay, unflatten
from tests.support.campaigns import CARE, NOW, desired, live, record
from tests.support.plans import facts, ledger, lists, on_kore, plan

SCHEMAS = Path(__file__).parents[4] / "schemas"


def rich() -> Plan:
    """A plan with every kind of action but `manual`."""
    new, old = desired("new", name="New"), desired("old", name="Old")
    manifests = (
        new,
        desired("edited", name="Edited", priority="1"),
        desired("same", name="Same"),
        desired("adopted", name="Adopted"),
        desired("retired", name="Retired", metadata=Metadata(lifecycle=Lifecycle.RETIRED)),
        desired("released", name="Released", metadata=Metadata(lifecycle=Lifecycle.RELEASED)),
        desired("moved", name="Old"),
        desired("care", CARE),
    )
    names = "Edited", "Same", "Adopted", "Retired", "Released", "Old", "Nobody's"
    known = [desired("edited", name="Edited"), manifests[2], manifests[4], manifests[5], old]
    remote = {name: f"cd-{number}" for number, name in enumerate(names)}
    source = SourceRange("a.yaml", Position(3, 5, 40), Position(3, 9, 44), "  x: y")
    return plan(
        *manifests,
        live=on_kore(
            *(live(remote[name], name=name) for name in names),
            contact_lists=lists(**{"Renewal_Due_-_May/June_2025": 7}),
            oldest_read=NOW - timedelta(hours=1),
        ),
        ledger=ledger(*(record(one, remote[one.name]) for one in known)),
        diagnostics=(warning("soon", "expires", "soon", source=source, address=new.address),),
        selection=Selection(exclude=("team=x",)),
        allow=frozenset({"delete"}),
        prune=True,
    )


def carried(made: Plan) -> Plan:
    """The part of a plan that its document contains."""

    def bare(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(replace(one, desired=None) for one in changes)

    return replace(made, changes=bare(made.changes), drift=bare(made.drift))


def loaded(text: str) -> Plan:
    return load_plan(text.encode()).plan


def refusal(text: str) -> str:
    with pytest.raises(ApplyRefused) as caught:
        loaded(text)
    return str(caught.value)


def resealed(document: JsonValue) -> str:
    """A document that was edited and written like ours."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"


def test_a_saved_plan_is_read_back_whole() -> None:
    made = rich()
    assert {change.action for change in made.changes} == set(Action) - {Action.MANUAL}
    assert loaded(dump_plan(made)) == carried(made)


@pytest.mark.parametrize(
    ("protection", "stored"),
    [
        (Protection.KEEP, "null"),
        (Protection.PROTECT, "true"),
        (Protection.UNPROTECT, "false"),
    ],
)
def test_what_the_ledger_learns_about_pruning_has_its_old_words(
    protection: Protection, stored: str
) -> None:
    (change,) = plan(desired(), live=on_kore(live())).changes
    made = replace(plan(desired()), changes=(replace(change, protection=protection),))
    text = dump_plan(made)
    assert f'"protects":{stored},' in text
    assert loaded(text) == carried(made)


def test_a_document_is_one_line_of_ascii() -> None:
    text = dump_plan(plan(desired(name="Überraschung")))
    assert text.isascii()
    assert text.index("\n") == len(text) - 1


def test_equal_inputs_give_equal_bytes() -> None:
    assert dump_plan(rich()) == dump_plan(rich())


def test_the_document_has_terraforms_shape() -> None:
    document = json.loads(dump_plan(rich()))
    assert document["format_version"] == "1.2"
    assert document["configuration"]["root_module"]["resources"]
    changes = {one["name"]: one for one in document["resource_changes"]}
    assert {name: one["change"]["actions"] for name, one in changes.items()} == {
        "adopted": ["no-op"],
        "care": ["create"],
        "edited": ["update"],
        "moved": ["no-op"],
        "new": ["create"],
        "released": ["forget"],
        "retired": ["delete"],
        "same": ["no-op"],
    }
    assert changes["adopted"]["change"]["importing"] == {"id": "cd-2"}
    assert "importing" not in changes["edited"]["change"]
    assert changes["new"]["change"]["after_unknown"] == {"id": True, "status": True}
    assert changes["moved"]["previous_address"] == "kore_sms_campaign.old"
    assert changes["edited"]["change"]["after"]["priority"] == "1"


def test_planned_values_hold_what_will_be() -> None:
    document = json.loads(dump_plan(plan(desired())))
    (resource,) = document["planned_values"]["root_module"]["resources"]
    assert resource["address"] == "kore_sms_campaign.renewal"
    assert resource["values"]["dialingStrategy"]["callerId"]["phoneNumber"] == "+919876543210"


def test_a_no_op_shows_no_phantom_difference() -> None:
    one = desired()
    document = json.loads(dump_plan(plan(one, live=on_kore(live()), ledger=ledger(record(one)))))
    change = document["resource_changes"][0]["change"]
    assert change["before"] == change["after"]


def test_the_fast_serialisation_is_that_of_the_models() -> None:
    made = rich()
    assert as_json(encode_plan(made)) == canonical_json(encode_plan(made).model_dump(mode="json"))


def test_an_empty_plan_still_has_a_configuration() -> None:
    assert json.loads(dump_plan(plan()))["configuration"]["provider_config"]


def test_the_document_carries_the_hash_that_it_has_without_it() -> None:
    text = dump_plan(plan(desired()))
    seal = json.loads(text)["reconciler"]["seal"]
    assert seal == hashlib.sha256(text.replace(seal, "0" * 64).encode()).hexdigest()


def test_the_hash_of_a_plan_is_that_of_its_file() -> None:
    made, key = plan(desired()), b"k" * 32
    plain, signed = dump_plan(made).encode(), dump_plan(made, key).encode()
    assert plan_sha256(made) == load_plan(plain).sha256 == hashlib.sha256(plain).hexdigest()
    assert load_plan(signed).sha256 == hashlib.sha256(signed).hexdigest()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "incomplete"),
        ("[" * 100_000, "incomplete"),
        ("{}", "not a plan of reconciler"),
        ("[]", "not a plan of reconciler"),
        ('{"format_version":"1.2","resource_changes":[]}', "not a plan of reconciler"),
        ('{"format_version":"9.0","reconciler":{}}', "another version"),
        ('{"format_version":NaN,"reconciler":{}}', "incomplete"),
        ('{"reconciler":{},"reconciler":{}}', "incomplete"),
    ],
)
def test_a_foreign_document_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_a_truncated_plan_is_refused() -> None:
    assert "incomplete" in refusal(dump_plan(plan(desired()))[:-40])


def test_another_document_version_is_refused() -> None:
    document = json.loads(dump_plan(plan(desired())))
    document["reconciler"]["document_version"] = "2.0"
    assert "another version" in refusal(resealed(document))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("reconciler.id", "other"),
        ("resource_changes", []),
        ("extra", 1),
        ("errored", "false"),
        ("reconciler.seal", "0" * 64),
        ("reconciler.created_at", "yesterday"),
        ("reconciler.pending", ["no address"]),
    ],
)
def test_an_edited_plan_is_refused(path: str, value: JsonValue) -> None:
    document = json.loads(dump_plan(plan(desired())))
    edited = overlay(document, unflatten([(path, value)]))
    assert "altered" in refusal(resealed(edited))


@pytest.mark.parametrize(
    ("key", "value"), [("code", "no-such-gate"), ("kind", "moment"), ("allowed", True)]
)
def test_a_gate_that_the_table_does_not_have_so_is_refused(key: str, value: JsonValue) -> None:
    document = json.loads(dump_plan(plan(desired())))
    document["reconciler"]["gates"][0][key] = value
    assert "altered" in refusal(resealed(document))


def test_the_same_content_in_other_bytes_is_refused() -> None:
    text = dump_plan(plan(desired()))
    assert "altered" in refusal(text.replace("\n", "\r\n"))
    assert "altered" in refusal("\ufeff" + text)
    assert "altered" in refusal(text.replace("Renewal", "\\u0052enewal", 1))
    assert "altered" in refusal(json.dumps(json.loads(text)) + "\n")
    assert "altered" in refusal(text.rstrip("\n"))


@given(st.data())
def test_no_changed_byte_gets_through(data: st.DataObject) -> None:
    text = dump_plan(plan(desired()))
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from('0a}" ,:').filter(lambda one: one != text[at]))
    with pytest.raises(ApplyRefused):
        loaded(text[:at] + other + text[at + 1 :])


TEXTS = st.text(min_size=1, max_size=20)


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_any_text_survives_the_document(
    name: str, description: str, contact_lists: list[str]
) -> None:
    made = plan(desired(name=name, description=description, contactLists=contact_lists))
    assert loaded(dump_plan(made)) == carried(made)


def test_changes_have_the_same_hash_at_another_time_under_another_id() -> None:
    one, later = plan(desired()), plan(desired(), plan_id="plan-2", now=NOW + timedelta(hours=1))
    assert dump_plan(one) != dump_plan(later)
    assert changes_sha256(one) == changes_sha256(later)


def test_changes_have_the_same_hash_whatever_an_unchanged_campaign_shows() -> None:
    one, other = desired(), desired("other", name="Other")
    known = ledger(record(one))
    before = plan(one, other, live=on_kore(live(maxSkips=1)), ledger=known)
    after = plan(one, other, live=on_kore(live(maxSkips=2)), ledger=known)
    assert changes_sha256(before) == changes_sha256(after)


@pytest.mark.parametrize("changed", [{"priority": "2"}, {"name": "Other"}])
def test_other_changes_have_another_hash(changed: dict[str, str]) -> None:
    assert changes_sha256(plan(desired())) != changes_sha256(plan(desired(**changed)))


def test_the_same_changes_elsewhere_have_another_hash() -> None:
    def of(environment: str = "staging", **changed: str) -> str:
        targets = {"retention": facts(**changed), "care": facts("care")}
        return changes_sha256(plan(desired(), environment=environment, targets=targets))

    others = [of("production"), of(account="account-2"), of(base_url="https://eu.kore.ai")]
    assert len({of(), *others}) == 4


def test_a_target_without_changes_is_not_in_the_hash() -> None:
    targets = {"retention": facts(), "care": facts("care", account="account-2")}
    assert changes_sha256(plan(desired(), targets=targets)) == changes_sha256(plan(desired()))


def test_a_loaded_plan_has_the_hash_of_its_changes() -> None:
    made = rich()
    assert changes_sha256(loaded(dump_plan(made))) == changes_sha256(made)


def test_the_published_schema_is_current() -> None:
    published = (SCHEMAS / "plan.schema.json").read_text("utf-8")
    assert json.loads(published) == plan_schema()


def test_documents_fit_the_published_schema() -> None:
    jsonschema.validate(json.loads(dump_plan(rich())), plan_schema())
