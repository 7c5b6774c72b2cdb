"""Errors and warnings in the formats of code hosts, whatever a stranger wrote into them."""

import json
from xml.etree import ElementTree as ET

import pytest

from reconciler.address import Address
from reconciler.diagnostics import Diagnostic, Position, SourceRange, error, warning
from reconciler.render.findings.github import annotations, output_lines
from reconciler.render.findings.gitlab import code_quality, terraform_report
from reconciler.render.findings.junit import junit
from reconciler.render.findings.sarif import sarif
from tests.support.payloads import PAYLOADS, require_harmless
from tests.support.sample_plans import update

PLACE = SourceRange("campaigns/a b.yaml", Position(7, 3, 120), Position(7, 15, 132), "x: []")
EMPTY = error("empty", "A list is empty", "Name one.\nOr none.", source=PLACE)
VAGUE = warning("vague", "It is not clear", address=Address("t", "n"), target="care")
FOUND = (VAGUE, EMPTY)


def parsed(report: str) -> ET.Element:
    return ET.fromstring(report)  # noqa: S314 - our own


def located(filename: str) -> str:
    return f"sub/{filename}"


def nowhere(_: str) -> str:
    return ""


def hostile(text: str) -> list[Diagnostic]:
    place = SourceRange(text, Position(1, 1))
    return [error(text, text, f"{text}\n{text}", source=place, target=text)]


def test_an_annotation_is_a_line_with_its_place() -> None:
    place = "file=sub/campaigns/a b.yaml,line=7,col=3,endColumn=15"
    assert annotations(FOUND, located) == [
        f"::error title=reconciler%3A empty,{place}::A list is empty%0AName one.%0AOr none.",
        "::warning title=reconciler%3A vague::It is not clear%0Awith t.n, target care",
    ]
    assert annotations(FOUND, nowhere)[0].startswith("::error title=reconciler%3A empty::A list")


def test_errors_come_first_where_there_is_no_room_for_all() -> None:
    assert len(annotations([*FOUND] * 9, located, 10)) == 10
    assert all(line.startswith("::error") for line in annotations([*FOUND] * 9, located, 9))


@pytest.mark.parametrize("text", [*PAYLOADS, "100%", "%0A::error::x", "a,file=b::c"])
def test_an_annotation_is_one_command_only(text: str) -> None:
    (line,) = annotations(hostile(text), located)
    assert "\n" not in line
    assert line.isprintable()
    properties, _, message = line.removeprefix("::error ").partition("::")
    assert [pair.partition("=")[0] for pair in properties.split(",")] == [
        *("title", "file", "line", "col")
    ]
    assert "##[" not in message
    assert message.count("%0A") == 3 + 2 * text.count("\n")


def test_the_outputs_of_a_step_stand_between_delimiters() -> None:
    assert output_lines({"add": "1", "environment": "a\nb"}, "END") == (
        "add<<END\n1\nEND\nenvironment<<END\na\nb\nEND\n"
    )


def test_a_code_quality_report_has_a_place_for_everything() -> None:
    vague, empty = json.loads(code_quality(FOUND, located, "reconciler.yaml"))
    assert vague["location"] == {"path": "reconciler.yaml", "lines": {"begin": 1}}
    assert empty["location"] == {"path": "sub/campaigns/a b.yaml", "lines": {"begin": 7}}
    assert (vague["severity"], empty["severity"]) == ("minor", "major")
    assert empty["description"] == "A list is empty Name one. Or none."
    assert len({vague["fingerprint"], empty["fingerprint"]}) == 2


def test_the_fingerprint_outlives_a_move_in_the_file() -> None:
    moved = error("empty", "A list is empty", source=SourceRange(PLACE.filename, Position(9, 1)))
    one, other = json.loads(code_quality([EMPTY, moved], located, "x"))
    assert one["fingerprint"] == other["fingerprint"]


def test_gitlabs_widget_gets_the_counts() -> None:
    assert json.loads(terraform_report(update())) == {"create": 0, "update": 1, "delete": 0}


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_finding() -> None:
    (run,) = json.loads(sarif(FOUND, located, "1.2"))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["empty", "vague"]
    vague, empty = run["results"]
    assert (vague["ruleIndex"], vague["level"], "locations" in vague) == (1, "warning", False)
    (place,) = empty["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "sub/campaigns/a%20b.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 3, "endLine": 7, "endColumn": 15},
    }


def test_junit_has_a_failure_for_each_error() -> None:
    root = parsed(junit(FOUND, located))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    vague, empty = root.iter("testcase")
    assert vague.findtext("system-out") == "project\nIt is not clear\nwith t.n, target care"
    assert empty.get("file") == "sub/campaigns/a b.yaml"
    assert empty.findtext("failure") == (
        "sub/campaigns/a b.yaml:7\nA list is empty\nName one.\nOr none."
    )


def test_a_project_without_errors_is_a_test_that_passes() -> None:
    root = parsed(junit([VAGUE], located))
    assert (root.get("tests"), root.get("failures")) == ("2", "0")
    assert next(root.iter("testcase")).get("name") == "is valid"


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_report_is_harmless_and_can_be_read(text: str) -> None:
    found = hostile(text)
    report = junit(found, located)
    require_harmless(report)
    parsed(report)
    for document in (sarif(found, located, "1"), code_quality(found, located, "x")):
        assert document.isascii()
        json.loads(document)
