"""Kore.ai's v2 stores SMS texts encoded: people see plain text, which is encoded exactly once."""

import base64
import json
import textwrap
from urllib.parse import quote, unquote

import pytest

from reconciler.resources.tree import Tree, at
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, sms
from tests.support.written_campaigns import QUICK, settled, template

OURS = "Your plan renews on 1 May. Reply STOP to opt out."
THEIRS = "Your plan renews on 2 May. Reply STOP to opt out."
CHANGED = "Your plan renews on {} May. Reply STOP to opt out."
OURS_FIRST = f'"{CHANGED.format("{-1-}")}" -> "{CHANGED.format("{+2+}")}"'
THEIRS_FIRST = f'"{CHANGED.format("{-2-}")}" -> "{CHANGED.format("{+1+}")}"'
SPECIAL = {
    "no-break space": "Prix réduit de 10\xa0% jusqu'à vendredi",
    "narrow no-break space": "Prix réduit de 10\u202f% jusqu'à vendredi",
    "zero-width joiner": "Join us \U0001f468\u200d\U0001f469\u200d\U0001f467 on 1 May",
    "right-to-left mark": "\u200fמבצע, reply STOP",
    "soft hyphen": "Vertrags\xadverlängerung am 1. Mai",
}


def base64_of(text: str, codec: str = "utf-8") -> str:
    return base64.b64encode(text.encode(codec)).decode("ascii")


def shown_in_v2(text: str) -> str:
    return quote(base64_of(text), safe="")


def plain(project: Project, text: str) -> None:
    document = sms("renewal")
    spec = document["spec"]
    assert isinstance(spec, dict)
    del spec["experienceFlowName"]
    spec["message"] = {"message": text}
    project.write("renewal.json", json.dumps(document))


def live_text(simulator: Simulator) -> str:
    return str(at(simulator.campaigns()[0], "message.message"))


def edited(simulator: Simulator, shown: str) -> None:
    """Somebody changes the text in the console, which stores it as `shown`."""
    message: Tree = {"message": {"message": shown}}
    simulator.edit(str(simulator.campaigns()[0]["id"]), message)


@pytest.fixture
def drifted(run_line: Line, project: Project, simulator: Simulator) -> str:
    """How the vendor returns a text that was changed in the console."""
    plain(project, OURS)
    settled(run_line)
    edited(simulator, shown_in_v2(THEIRS))
    return shown_in_v2(THEIRS)


def test_a_changed_text_is_shown_as_text_on_both_sides(run_line: Line, drifted: str) -> None:
    plan, drift = run_line("plan").out, run_line("drift").out
    assert f"~ message = {THEIRS_FIRST} # changed at the vendor" in plan
    for out in (plan, drift):
        assert f"~ message = {OURS_FIRST} # expanding" in out
        assert drifted not in out
        assert shown_in_v2(OURS) not in out


def test_verbose_output_shows_the_text_as_the_vendor_has_it(run_line: Line, drifted: str) -> None:
    for command in ("plan", "drift"):
        out = run_line(command, "-v").out
        assert f'the vendor shows "{drifted}"' in out
        assert OURS_FIRST in out


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_documents_have_text_on_both_sides(run_line: Line, drifted: str, command: str) -> None:
    result = run_line(command, "--json")
    document = result.json
    (change,), (moved,) = document["resource_changes"], document["resource_drift"]
    for entry, before, after in ((change, THEIRS, OURS), (moved, OURS, THEIRS)):
        assert entry["change"]["before"]["message"]["message"] == before
        assert entry["change"]["after"]["message"]["message"] == after
        (field,) = entry["reconciler"]["fields"]
        assert (field["before"], field["after"]) == (before, after)
        (marked,) = entry["reconciler"]["marked"]
        assert f'"{marked["before"]}" -> "{marked["after"]}"' in (OURS_FIRST, THEIRS_FIRST)
    assert drifted not in result.out


def test_a_saved_plan_shows_text_and_is_applied(
    run_line: Line, simulator: Simulator, drifted: str
) -> None:
    assert run_line("plan", "--out", "plan.json").code == 0
    shown = run_line("show", "plan.json").out
    assert THEIRS_FIRST in shown
    assert drifted not in shown
    assert run_line("apply", "plan.json").code == 0
    assert live_text(simulator) == shown_in_v2(OURS)


def test_a_removed_campaign_is_shown_with_its_text(
    run_line: Line, project: Project, drifted: str
) -> None:
    (project.folder / "campaigns" / "renewal.json").unlink()
    project.sms("other", contactLists=["Open Bills"])
    out = run_line("plan", "--prune", "--json").out
    assert THEIRS in out
    assert drifted not in out
    assert f'- message = "{THEIRS}" -> null' in run_line("plan", "--prune").out


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_an_encoded_text_in_a_manifest_is_refused_whatever_its_characters(
    run_line: Line, project: Project, text: str, api: str
) -> None:
    project.configure(api=api)
    plain(project, base64_of(text))
    for command in ("validate", "plan", "apply"):
        assert run_line(command).code == 3
    said = " ".join(run_line("validate").err.split())
    assert "write the message as people read it" in said
    # Words whose characters a terminal shows unchanged.
    assert any(word in said for word in text.split() if word.isalpha())


ENCODED = {
    "wrapped": "\n".join(textwrap.wrap(base64_of(f"{OURS} Call +1 202 555 0123."), 76)) + "\n",
    "unpadded": base64_of(OURS).rstrip("="),
    "percent-encoded": shown_in_v2(OURS),
    "percent-encoded twice": quote(shown_in_v2(OURS), safe=""),
    "UTF-16": base64_of(OURS, "utf-16-le"),
    "Latin-1": base64_of(f"{OURS} À bientôt", "latin-1"),
}


@pytest.mark.parametrize("text", ENCODED.values(), ids=ENCODED)
def test_an_encoded_text_in_a_manifest_is_refused_in_every_form(
    run_line: Line, project: Project, text: str
) -> None:
    plain(project, text)
    result = run_line("validate")
    assert result.code == 3
    assert OURS in " ".join(result.err.split())


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
@pytest.mark.parametrize("form", ["usual", "wrapped", "unpadded", "twice"])
def test_a_text_is_imported_as_text_and_left_as_it_is(
    run_line: Line, project: Project, simulator: Simulator, text: str, form: str
) -> None:
    encoded = base64_of(text)
    shown = {
        "usual": shown_in_v2(text),
        "wrapped": "\r\n".join(textwrap.wrap(encoded, 20)),
        "unpadded": encoded.rstrip("="),
        "twice": quote(shown_in_v2(text), safe=""),
    }[form]
    simulator.seed_kore({"name": "Renewal", "message": {"message": shown}})
    result = run_line("import", "--all")
    assert result.code == 0, result.err
    assert encoded[:12] not in (project.folder / "campaigns" / "renewal.yaml").read_text("utf-8")
    assert run_line("validate").code == 0
    assert run_line("apply", "--auto-approve").code == 0
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0
    assert live_text(simulator) == shown


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_a_text_is_sent_encoded_exactly_once(
    run_line: Line, project: Project, simulator: Simulator, text: str
) -> None:
    plain(project, OURS)
    settled(run_line)
    plain(project, text)
    settled(run_line)
    assert base64.b64decode(unquote(live_text(simulator))).decode() == text


def test_a_removed_campaign_is_shown_with_its_flow_and_its_template(
    run_line: Line, project: Project
) -> None:
    project.configure(QUICK)
    template(project, "Your plan renews soon.")
    project.sms("by-flow", contactLists=["Open Bills"])
    settled(run_line)
    for name in ("renewal", "by-flow"):
        (project.folder / "campaigns" / f"{name}.json").unlink()
    project.care()
    out = run_line("plan", "--prune").out
    assert '- template_name = "Renewal Notice" -> null' in " ".join(out.split())
    assert '- experienceFlowName = "Renewal Assistant Flow" -> null' in out
