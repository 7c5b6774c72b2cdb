"""Drawn texts survive import and a create on another account: encoded once, decoded once.

A few dozen every day; `make fuzz` draws 2,000 others.
"""

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from reconciler.resources.message_text import decoded, readable
from reconciler.resources.tree import Tree, at
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_APP_ID
from tests.contract.equivalent_answers import Chance
from tests.support.cli import Line, Project

PIECES = (
    *(
        "Hi",
        "plan",
        "10",
        "%",
        "+1",
        "==",
        "é",
        "e\u0301",
        "ß",
        "नमस्ते",
        "שלום",
        "مرحبا",
        "春の便り",
    ),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u202f", "\u2028", "\u3000"),
    *("\u200b", "\u200d", "\u200f", "\u202e", "\u00ad", "\ufeff", "\u2066", "\ufe0f"),
    *("🎉", "👨‍👩‍👧", "👍🏽", "🇮🇳", "❤️", "\U000e0067"),
    *("'", '"', "\\", "{{firstName}}", "#", ": ", "- ", "%41", "&amp;", "<b>", "~", "|"),
)
ASKED = int(os.environ.get("RECONCILER_DRAWN_TEXTS", "48"))
SEED = int(os.environ.get("RECONCILER_DRAWN_SEED", "1"))
AT_ONCE = 100
"""Texts in one project, so that a command reads all of them."""
FIRST, SECOND = "67777ce93e25326494e90000", "67777ce93e25326494e90002"
LIST = "Spring Renewals 2026"
ACCOUNT: Tree = {"accounts": "any", "kore": {"sms_limit": 10_000, "preparing_seconds": 0}}
QUICK = """sendsOnWrite: possibly
        readBack: 2s
        settle: 1s
        safety: {maxCreates: 1000, maxContacts: unlimited}"""
ALLOWED = ("--allow", "creates-over-limit", "--allow", "duplicate-audience")


def drawn(seed: int, number: int) -> list[str]:
    """Different texts, each with a letter and none that looks encoded."""
    chance = Chance(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        text = "".join(chance.choice(PIECES) for _ in range(1 + chance.below(30)))
        if text.strip() and decoded(text) is None:
            found[text] = None
    return list(found)


def spelled(text: str, number: int) -> str:
    """The text as a vendor may store it."""
    packed = base64.b64encode(text.encode()).decode("ascii")
    return (text, packed, quote(packed, safe=""))[number % 3]


PARTS = range(-(-ASKED // AT_ONCE) // 2 or 1)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.usefixtures("in_process")
def test_texts_survive_import_and_a_create_on_another_account(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    api: str,
    part: int,
) -> None:
    texts = drawn(SEED * 1_000 + part * 2 + (api == "v2"), min(AT_ONCE, ASKED // 2))
    simulator.change_switches(ACCOUNT)
    simulator.console.add_contact_list(LIST, 1, account=f"{SECOND}/{KORE_APP_ID}")
    for number, text in enumerate(texts):
        message: Tree = {"message": spelled(text, number)}
        body: Tree = {"name": f"Text {number:03}", "contactLists": [LIST], "message": message}
        simulator.seed_kore(body)
    project.configure(QUICK, api)
    imported = run_line("import", "--all")
    assert imported.code == 0, imported.err
    assert run_line("plan", "--detailed-exitcode").code == 0
    move(project.folder)
    applied = run_line("apply", "--auto-approve", *ALLOWED)
    assert applied.code == 0, applied.err
    assert run_line("plan", "--detailed-exitcode").code == 0
    assert run_line("drift").code == 0
    assert copies(simulator, texts) == [text.rstrip() for text in texts]


def move(folder: Path) -> None:
    """Turn the project to the second account."""
    path = folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace(FIRST, SECOND), "utf-8")


def copies(simulator: Simulator, texts: Sequence[str]) -> list[str]:
    """What the second account's campaigns say, in the order of their names."""
    made = simulator.campaigns()[len(texts) :]
    by_name = sorted(made, key=lambda campaign: str(campaign["name"]))
    return [readable(str(at(campaign, "message.message"))) for campaign in by_name]
