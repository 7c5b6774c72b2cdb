"""Findings into SARIF 2.1.0, which code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

from pydantic import JsonValue

from reconciler.diagnostics import Diagnostic, SourceRange
from reconciler.render.findings.common import Locate, code_of, fingerprint, message, place_of
from reconciler.resources.tree import Tree

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif(diagnostics: Sequence[Diagnostic], locate: Locate, tool_version: str) -> str:
    """One run with a rule for each code, and a result for each finding."""
    codes = sorted({code_of(one) for one in diagnostics})
    rules: list[JsonValue] = [
        {"id": code, "name": code.title().replace("-", ""), "shortDescription": {"text": code}}
        for code in codes
    ]
    driver: Tree = {
        "name": "reconciler",
        "version": tool_version,
        "rules": rules,
    }
    results: list[JsonValue] = [_result(one, locate, codes) for one in diagnostics]
    run: Tree = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(found: Diagnostic, locate: Locate, codes: Sequence[str]) -> Tree:
    result: Tree = {
        "ruleId": code_of(found),
        "ruleIndex": codes.index(code_of(found)),
        "level": found.severity.value,
        "message": {"text": message(found)},
        "partialFingerprints": {"reconciler/v1": fingerprint(found, locate)},
    }
    if place := place_of(found, locate):
        artifact: Tree = {"uri": quote(place[0]), "uriBaseId": "%SRCROOT%"}
        physical: Tree = {"artifactLocation": artifact, "region": _region(place[1])}
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _region(source: SourceRange) -> Tree:
    region: Tree = {"startLine": source.start.line, "startColumn": source.start.column}
    if source.end is not None:
        region |= {"endLine": source.end.line, "endColumn": source.end.column}
    return region
