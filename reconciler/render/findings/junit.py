"""Findings into a JUnit report, which every CI server shows as tests.

Each error is a test that fails. Warnings are tests that pass and say something. Without any error
there is one more test, which passes, because a report without tests is taken for a broken one.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from reconciler.diagnostics import Diagnostic, Severity, errors_in
from reconciler.render.findings.common import Locate, advice, code_of, place_of, title

_SUITE = "reconciler validate"


def junit(diagnostics: Sequence[Diagnostic], locate: Locate) -> str:
    """The report as XML."""
    errors = errors_in(diagnostics)
    counts = {
        "tests": str(len(diagnostics) + (not errors)),
        "failures": str(len(errors)),
        "errors": "0",
        "skipped": "0",
    }
    root = ET.Element("testsuites", {"name": _SUITE, **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _SUITE, **counts})
    if not errors:
        ET.SubElement(suite, "testcase", {"classname": "project", "name": "is valid"})
    for found in diagnostics:
        _case(suite, found, locate)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(suite: ET.Element, found: Diagnostic, locate: Locate) -> None:
    place = place_of(found, locate)
    path = place[0] if place else ""
    where = f"{path}:{place[1].start.line}" if place else "project"
    names = {"classname": path or "project", "name": f"{code_of(found)}: {title(found)}"}
    case = ET.SubElement(suite, "testcase", {**names, **({"file": path} if path else {})})
    words = "\n".join((where, title(found), *advice(found)))
    if found.severity is Severity.ERROR:
        failure = ET.SubElement(case, "failure", {"type": code_of(found), "message": title(found)})
        failure.text = words
    else:
        ET.SubElement(case, "system-out").text = words
