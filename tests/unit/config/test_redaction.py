"""A credential in the wrong place is never shown: not its line, not its key, not its text."""

from pathlib import Path

import pytest

from tests.support.project_files import KORE, problems, written

GIVEN = "{token: {env: KORE_JWT}}"


@pytest.mark.parametrize(
    "auth",
    [
        "canary-1",
        "{token: canary-1}",
        "{token: [canary-1]}",
        "{token: {canary-1}}",
        "{token: {value: canary-1}}",
        "{token: {env: A, file: canary-1}}",
        "{tokn: canary-1}",
        "{canary-1: 1}",
        "{apiKey: {env: A}, clientSecret: canary-1, jti: canary-2}",
        "\n          token:\n            canary-1\n          jti: 5",
        "{token: !canary-1 x}",
        "{token: *canary-1}",
        "{token: canary: 1}",
        '{token: "canary}',
        "{token: canary-1, token: canary-2}",
        "{canary-1: x, canary-1: y}",
        "{token: {canary-1: x, canary-1: y}}",
        "{token: {canary-1: {env: A}}}",
    ],
)
def test_a_literal_in_auth_is_never_shown(tmp_path: Path, auth: str) -> None:
    found = problems(tmp_path, written(prod={"a": KORE.replace(GIVEN, auth)}))
    assert found
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        "auht: {token: canary}",
        "apiKey: canary",
        "proxy: http://user:canary@proxy.example",
        "extra: {settle: 1, note: [canary, {x: canary}]}",
        "timeouts: canary",
        "safety: {maxCreate: canary}",
        "canary-1: x",
        "canary-1: {env: A}",
        "safety: {canary-1: 5}",
        "timeouts: {canary-1}",
    ],
)
def test_a_credential_gone_astray_is_never_shown(tmp_path: Path, line: str) -> None:
    found = problems(tmp_path, written(prod={"a": f"{KORE}{line}\n"}))
    assert found
    assert "canary" not in repr(found)


def test_a_base_url_with_a_password_is_never_shown(tmp_path: Path) -> None:
    text = written(prod={"a": KORE.replace("https://", "https://user:canary@")})
    found = problems(tmp_path, text)
    assert [one.code for one in found] == ["url"]
    assert "canary" not in repr(found)


def test_a_target_on_one_line_hides_the_line_for_its_other_problems(tmp_path: Path) -> None:
    text = (
        "apiVersion: reconciler/v1\nkind: Project\nenvironments:\n"
        "  prod: {targets: {a: {provider: x, auth: {token: canary}, api: v3}}}\n"
    )
    found = problems(tmp_path, text)
    assert "not-allowed-value" in {one.code for one in found}
    assert "canary" not in repr(found)


def test_harmless_lines_are_shown(tmp_path: Path) -> None:
    text = written("planExpiry: soon", prod={"a": f"{KORE}api: v3\nmarker: 5\n"})
    shown = [found.source.code for found in problems(tmp_path, text) if found.source]
    assert shown == ["planExpiry: soon", "        api: v3", "        marker: 5"]
