"""Manifests and project files of strangers."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.config.load import load_project
from reconciler.located_yaml.reader import parse
from reconciler.manifests.files import Sources
from reconciler.manifests.loader import Loaded, load_manifests
from reconciler.resources.tree import canonical_json
from tests.fuzz.edits import CANARY, brief, edited, edited_tree, outcome, require_discreet
from tests.support.manifest_texts import SMS, TODAY, scopes

PROJECT = f"""\
apiVersion: reconciler/v1
kind: Project
state: .reconciler/state.db
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: https://platform.kore.ai
        appId: st-1
        accountId: acc-1
        auth: {{token: {{env: KORE_JWT}}}}
        rateLimit: 60/minute
        safety: {{maxContacts: 100}}
      care:
        provider: carecycle
        baseUrl: https://api.carecycle.ai
        auth:
          apiKey: {CANARY}
"""
(_SMS,) = (document.root.value for document in parse("a.yaml", SMS.encode()).documents)
(_PROJECT,) = (document.root.value for document in parse("p", PROJECT.encode()).documents)


def loaded(data: bytes) -> Loaded:
    sources = Sources(Path.cwd(), ("-",), data)
    found = load_manifests(sources, scopes(), today=TODAY)
    for campaigns in found.desired.values():
        for one in campaigns:
            canonical_json(one.spec).encode()
    if b"reconciler/" not in data:
        require_discreet(found.diagnostics)
    return found


def as_file(value: JsonValue) -> bytes:
    return canonical_json(value).encode("utf-8", "backslashreplace")


@brief
@given(edited(SMS.encode()) | edited(f"# {SMS}password: {CANARY}\n".encode()))
def test_the_text_of_a_manifest(data: bytes) -> None:
    assert outcome(lambda: loaded(data))


@brief
@given(edited_tree(_SMS).map(as_file))
def test_the_values_of_a_manifest(data: bytes) -> None:
    assert outcome(lambda: loaded(data))


@brief
@given(st.one_of(edited(PROJECT.encode()), edited_tree(_PROJECT).map(as_file)))
def test_a_project_file(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reconciler.yaml"
        path.write_bytes(data)
        found = outcome(lambda: load_project(path, {"KORE_JWT": CANARY}))
    secret = CANARY.encode()
    in_its_place = b"          apiKey: " + secret in data or b'"apiKey":"%s"' % secret in data
    if in_its_place and b"auth" in data and data.count(secret) == 1:
        require_discreet(found)
