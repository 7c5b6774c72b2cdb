import re
import time
from dataclasses import replace

import pytest

from reconciler.diagnostics import Position, SourceRange, error, warning
from reconciler.plan.model import Plan
from reconciler.render.markdown.drift import drift_markdown
from reconciler.render.markdown.plan import plan_markdown
from reconciler.render.redact import Hidden, Redaction, redacted, redaction, wordless
from reconciler.render.shown import Shown
from tests.support.campaigns import CARE, desired, live, record
from tests.support.plans import ledger, lists, on_kore, plan

LIST, DNC, TEXT, NEW = (
    "HIV positive",
    "Do | not [call]",
    "Your result is in.",
    "Your result is out.",
)
BOTH = frozenset(Hidden)


def made() -> Plan:
    one = desired(contactLists=[LIST, "A"], message__message=NEW, dncLists__name=DNC)
    before = desired(contactLists=["A"], message__message=TEXT)
    care = desired("care", CARE, smsContent={"redial": NEW})
    row = live(contactLists=["B"], message__message=TEXT)
    found = plan(
        one,
        care,
        live=on_kore(row, contact_lists=lists(**{LIST.replace(" ", "_"): 7, "A": 8})),
        ledger=ledger(record(before)),
    )
    told = warning("near-name", f'no list "{LIST}"', f"{TEXT}", source=place())
    return replace(found, diagnostics=(*found.diagnostics, told))


def place() -> SourceRange:
    return SourceRange("a.yaml", Position(1, 1), None, f"message: {TEXT}")


def shown(plan: Plan) -> str:
    return plan_markdown(Shown(plan))


@pytest.mark.parametrize("render", [shown, drift_markdown])
def test_hidden_values_are_nowhere(render: object) -> None:
    assert callable(render)
    whole = render(made())
    assert LIST in whole
    assert TEXT in whole
    text = render(redacted(made(), BOTH))
    for value in (LIST, DNC, TEXT, NEW, "HIV", "result"):
        assert value not in text
    assert f"({len(LIST)} characters, " in text


def test_only_what_was_asked_for_is_hidden() -> None:
    without_lists = shown(redacted(made(), {Hidden.LISTS}))
    assert (LIST in without_lists, NEW in without_lists) == (False, True)
    without_texts = shown(redacted(made(), {Hidden.TEXTS}))
    assert (LIST in without_texts, NEW in without_texts) == (True, False)
    assert redacted(made(), frozenset()) == made()


def test_equal_values_look_equal_in_one_plan_only() -> None:
    one, other = Redaction("plan-1", {LIST}), Redaction("plan-2", {LIST})
    assert one.text(f'"{LIST}", "{LIST}"').count(one.text(LIST)) == 2
    assert one.text(LIST) != other.text(LIST)
    assert one.text(f"un{LIST}") == f"un{LIST}"


def test_a_value_inside_of_another_hides_nothing_of_it() -> None:
    assert "positive" not in Redaction("x", {"HIV", LIST}).text(LIST)


@pytest.mark.parametrize(
    ("values", "text", "left"),
    [
        ({"a"}, "a, ba, ab, a_, a-b: a", "*, ba, ab, a_, *-b: *"),
        ({"a b", "a b c", "b c"}, "a b c d, a b cd, b c", "* d, * cd, *"),
        ({"(a)", "."}, "b (a). b(a) (a)b", "b ** b(a) (a)b"),
        ({"é\n1"}, "é\n1 é\n12", "* é\n12"),
        ({""}, "a", "a"),
    ],
)
def test_a_value_is_hidden_where_it_stands_as_whole_words_and_the_longest_first(
    values: set[str], text: str, left: str
) -> None:
    shown = Redaction("x", values).text(text)
    assert re.sub(r"\(\d+ characters, [0-9a-f]{8}\)", "*", shown) == left


def test_many_values_take_no_longer_than_their_text() -> None:
    names = [f'Renewal due "{number}" - May' for number in range(20_000)]
    begin = time.process_time()
    hide = Redaction("x", names)
    assert not any("May" in hide.text(f'list "{name}" is new') for name in names[:1000])
    assert time.process_time() - begin < 3


def test_a_kind_that_is_not_known_shows_no_text() -> None:
    found = made()
    foreign = tuple(
        replace(one, address=replace(one.address, type="other_campaign")) for one in found.changes
    )
    text = shown(redacted(replace(found, changes=foreign, drift=()), {Hidden.TEXTS}))
    assert "Sends a link" not in text


def test_the_words_of_a_run_hide_the_values_of_its_plan() -> None:
    found = redaction(made(), BOTH).diagnostic(made().diagnostics[-1])
    assert found.source == replace(place(), code="")
    assert LIST not in found.summary
    assert TEXT not in found.detail


def test_what_a_run_suggests_is_hidden_too() -> None:
    hide = redaction(made(), BOTH)
    note = f'Not verified: list "x" (did you mean "{LIST} 2"?).'
    assert "HIV" not in hide.text(note)
    told = error("unknown-contact-list", 'no list "His "HIV""', 'Did you mean "HIV "?')
    assert "HIV" not in str(hide.diagnostic(told))


def test_without_a_plan_no_word_is_shown() -> None:
    found = wordless(made().diagnostics[-1])
    assert (found.summary, found.detail) == ("near-name: the log has the words", "")
    assert found.source == replace(place(), code="")
