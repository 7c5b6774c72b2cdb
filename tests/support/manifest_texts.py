"""Manifests as people write them, for the tests of this folder."""

import textwrap
from datetime import date

from reconciler.diagnostics import Diagnostic
from reconciler.located_yaml.node import Document
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import Decoded, decode_manifest
from reconciler.manifests.scope import EnvironmentScope, TargetScope

TODAY = date(2026, 11, 20)
RETENTION = TargetScope("retention", "kore", "v2")
CARE = TargetScope("care", "carecycle", "v2")


def scopes(**targets: list[TargetScope]) -> dict[str, EnvironmentScope]:
    given = targets or {"staging": [RETENTION, CARE], "prod": [RETENTION, CARE]}
    return {
        name: EnvironmentScope(name, {target.name: target for target in found})
        for name, found in given.items()
    }


SMS = """\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata:
  name: renewal
spec:
  name: Renewal reminder
  description: Sends a link.
  contactLists: [Renewal Due]
  dialingStrategy:
    callerId: {phoneNumber: "+12025550123"}
    callingHours:
      frequency: WEEKLY
      timezone: America/New_York
      days: [{day: MO, start: "9:00 AM", end: "6:00 PM"}]
  experienceFlowName: SMS Support Flow
"""


def document(text: str) -> Document:
    parsed = parse("a.yaml", textwrap.dedent(text).encode())
    assert not parsed.diagnostics, parsed.diagnostics
    (only,) = parsed.documents
    return only


def decoded(
    text: str, known: dict[str, EnvironmentScope] | None = None, selected: str | None = None
) -> Decoded:
    found = scopes() if known is None else known
    return decode_manifest(document(text), found, today=TODAY, selected=selected)


def diagnostic_lines(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> list[str]:
    return [f"{one.code} {one.source or '-'} {one.summary}" for one in diagnostics]
