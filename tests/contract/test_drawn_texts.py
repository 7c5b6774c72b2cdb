"""2,000 drawn texts: encoded once when sent, decoded once when read, whatever their characters."""

from datetime import date

import pytest

from reconciler.diagnostics import errors_in
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import decode_manifest
from reconciler.manifests.scope import EnvironmentScope, TargetScope
from reconciler.plan.compare.fields import compare
from reconciler.plan.compare.leaves import Bindings, Sides
from reconciler.resources.base import Desired, Live
from reconciler.resources.kinds import create_spec
from reconciler.resources.message_text import decoded, readable
from reconciler.resources.tree import Tree, at
from reconciler.resources.writes import Operation, Write
from reconciler.simulator.store import Store
from reconciler.workflow.transcribing import ExportPlace, transcribe
from reconciler.workflow.unmanaged import Found
from tests.contract.equivalent_answers import Chance
from tests.contract.random_specs import FLAVOURS
from tests.support.simulated_vendors import SimulatedVendors
from tests.support.simulator_client import DIALING

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
TARGET = TargetScope("t", "kore", "v2")
SCOPES = {"e": EnvironmentScope("e", {"t": TARGET})}
PLACE = ExportPlace(environment="e", scopes=SCOPES, bindings=(), today=date(2026, 11, 20))


def drawn(seed: int) -> list[str]:
    """Different texts, each with a letter and none that looks encoded."""
    chance = Chance(seed)
    found: dict[str, None] = {}
    while len(found) < 500:
        text = "".join(chance.choice(PIECES) for _ in range(1 + chance.below(30)))
        if text.strip() and decoded(text) is None:
            found[text] = None
    return list(found)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_text_survives_import_and_a_create_on_another_account(api: str, seed: int) -> None:
    with Store() as first, Store() as second:
        old, new = SimulatedVendors(first), SimulatedVendors(second)
        for world in (old, new):
            world.simulator.change_switches({"accounts": "any", "kore": {"sms_limit": 10_000}})
        for number, text in enumerate(drawn(seed)):
            live = made(old, api, number, spec(number, text))
            desired = imported(live)
            assert compared(desired, live)
            copy = made(new, api, number, desired.spec)
            assert compared(desired, copy)
            shown = readable(str(at(copy.spec, "message.message")))
            assert shown == text.rstrip()


def spec(number: int, text: str) -> Tree:
    tree: Tree = {
        "name": f"Campaign {number}",
        "contactLists": ["May"],
        "dialingStrategy": DIALING,
        "message": {"message": text},
    }
    return FLAVOURS["KoreSmsCampaign-v2-simple"].canonical(tree)


def made(world: SimulatedVendors, api: str, number: int, tree: Tree) -> Live:
    provider = world.kore(api)
    kind = FLAVOURS["KoreSmsCampaign-v2-simple"].kind
    write = Write(operation=Operation.CREATE, type=kind.type, spec=create_spec(kind, tree))
    requests = provider.requests(write)
    assert isinstance(requests, tuple)
    answer = provider.send(requests[0])
    assert answer.remote_id, number
    live = provider.get(kind.type, answer.remote_id)
    assert live is not None
    return live


def imported(live: Live) -> Desired:
    text = transcribe(Found("t", live), "a", PLACE).text
    (document,) = parse("a.yaml", text.encode()).documents
    found = decode_manifest(document, SCOPES, today=PLACE.today)
    assert errors_in(found.diagnostics) == ()
    return found.desired["e"]


def compared(desired: Desired, live: Live) -> bool:
    sides = Sides(desired=desired, live=live, record=None, bindings=Bindings(()))
    return compare(sides).fields == ()
