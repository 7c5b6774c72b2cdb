import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.located_yaml.reader import parse
from reconciler.manifests.export.writer import ManifestText, write
from reconciler.resources.kinds import BY_KIND
from reconciler.resources.tree import Tree
from tests.contract.random_specs import FLAVOURS, specs, texts

SMS = BY_KIND["KoreSmsCampaign"]
CARE = BY_KIND["CareCycleCampaign"]
SPEC: Tree = {
    "experienceFlowName": "SMS Support Flow",
    "name": "Renewal: spring",
    "priority": 5,
    "dncLists": {"name": "Do Not Contact"},
    "contactLists": ["Renewal Due - May/June 2025"],
    "dialingStrategy": {
        "callingHours": {
            "days": [{"day": "MO-FR", "start": "9:00 AM", "end": "6:00 PM"}],
            "timezone": "Asia/Kolkata",
            "frequency": "WEEKLY",
        },
        "callerId": {"phoneNumber": "+919876543210"},
    },
}
AS_PEOPLE_WRITE_IT = """\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata:
  name: renewal
  target: retention
  environments: [staging]
spec:
  name: "Renewal: spring"
  contactLists: [Renewal Due - May/June 2025]
  dncLists: {name: Do Not Contact}
  priority: 5
  dialingStrategy:
    callerId: {phoneNumber: "+919876543210"}
    callingHours:
      frequency: WEEKLY
      timezone: Asia/Kolkata
      days: [{day: MO-FR, start: "9:00 AM", end: "6:00 PM"}]
  # Which flow?
  experienceFlowName: SMS Support Flow
"""


def text_of(spec: Tree) -> str:
    return write(ManifestText(kind=CARE, metadata={"name": "a"}, spec=spec))


def read(text: str, *, pure: bool = False) -> JsonValue:
    parsed = parse("a.yaml", text.encode(), pure=pure)
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    (only,) = parsed.documents
    return only.root.value


def lines(value: str) -> str:
    """How a description is written."""
    return text_of({"description": value}).partition("spec:\n")[2]


def test_keys_stand_in_the_order_of_the_examples_whatever_order_they_came_in() -> None:
    manifest = ManifestText(
        kind=SMS,
        metadata={"environments": ["staging"], "target": "retention", "name": "renewal"},
        spec=SPEC,
        comments={"experienceFlowName": "Which flow?"},
    )
    assert write(manifest) == AS_PEOPLE_WRITE_IT


def test_only_what_could_deceive_is_written_as_an_escape() -> None:
    name = "\u200f更新 😀\x1b"
    text = text_of({"name": name, "description": "Grüße"})
    assert '  name: "\\u200F更新 😀\\e"\n' in text
    assert "  description: Grüße\n" in text
    for pure in (False, True):
        document = read(text, pure=pure)
        assert isinstance(document, dict)
        assert document["spec"] == {"name": name, "description": "Grüße"}


def test_a_key_that_could_deceive_is_escaped_too() -> None:
    assert '  "x\\u202Ey": 1\n' in text_of({"x\u202ey": 1})


@pytest.mark.parametrize("flavour", FLAVOURS)
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_written_reads_back_the_same(flavour: str, data: st.DataObject) -> None:
    spec = data.draw(specs(FLAVOURS[flavour]))
    text = write(ManifestText(kind=FLAVOURS[flavour].kind, metadata={"name": "a"}, spec=spec))
    for pure in (False, True):
        document = read(text, pure=pure)
        assert isinstance(document, dict)
        assert document["spec"] == spec


@given(texts(300, 0))
@example("word " * 40 + "end")
@example("a\n\nb\n")
@example("a\n b")
@example("> " + "x " * 60 + "x")
@example("x" * 200)
@example("e\u0301" * 3)
def test_any_text_reads_back_code_point_for_code_point(text: str) -> None:
    written = text_of({"description": text})
    for pure in (False, True):
        document = read(written, pure=pure)
        assert isinstance(document, dict)
        assert document["spec"] == {"description": text}


@pytest.mark.parametrize(
    "text", ["no", "Off", "12:30", "9:00 AM", "+12025550123", "2026-05-01", "1.10", "~", "", "a: b"]
)
def test_what_yaml_may_take_for_something_else_is_quoted(text: str) -> None:
    assert lines(text) == f'  description: "{text}"\n'


@pytest.mark.parametrize("text", ["Spring", "Calls, and texts.", "Grüße (2)", "cf-1"])
def test_ordinary_words_need_no_quotes(text: str) -> None:
    assert lines(text) == f"  description: {text}\n"


def test_long_text_is_folded_at_its_spaces() -> None:
    written = lines("Calls people about the check-up of this spring. " * 4 + "End.")
    assert written.startswith("  description: >-\n    Calls people")
    assert max(len(line) for line in written.splitlines()) < 100


def test_text_of_several_lines_stays_on_them() -> None:
    assert lines("Hello,\n\nbye") == "  description: |-\n    Hello,\n\n    bye\n"


def test_what_would_turn_text_around_is_visible() -> None:
    assert lines("a\u202eb") == '  description: "a\\u202Eb"\n'


def test_lists_too_long_for_a_line_get_one_each() -> None:
    names: list[JsonValue] = [f"Contact list number {number}" for number in range(5)]
    written = write(ManifestText(kind=SMS, metadata={"name": "a"}, spec={"contactLists": names}))
    assert "  contactLists:\n    - Contact list number 0\n" in written


def test_a_key_that_the_kind_does_not_know_comes_last() -> None:
    assert text_of({"new": 1, "name": "A"}).endswith("spec:\n  name: A\n  new: 1\n")
