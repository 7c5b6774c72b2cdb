"""A campaign that was written reads back the same, and an import writes an equal manifest.

For every kind, API version and variant, through the providers and the simulator in process.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from reconciler.address import Address
from reconciler.diagnostics import Position, SourceRange, errors_in
from reconciler.located_yaml.reader import parse
from reconciler.manifests.decoder import decode_manifest
from reconciler.manifests.scope import EnvironmentScope, TargetScope
from reconciler.plan.compare.fields import Comparison, compare
from reconciler.plan.compare.leaves import Bindings, Sides
from reconciler.providers.base import Provider
from reconciler.resources.base import Compare, Desired, Live
from reconciler.resources.follow_up import completed, follow_up
from reconciler.resources.kinds import create_spec
from reconciler.resources.ledger_records import Binding
from reconciler.resources.tree import Tree, at, has, leaves
from reconciler.resources.writes import (
    KNOWN_AFTER_APPLY,
    Impossible,
    Operation,
    PlannedRequest,
    Write,
)
from reconciler.simulator import seed
from reconciler.simulator.store import Store
from reconciler.workflow.transcribing import ExportPlace, Transcript, transcribe
from reconciler.workflow.unmanaged import Found
from tests.contract.equivalent_answers import Chance, respelled
from tests.contract.random_specs import FLAVOURS, Flavour, specs
from tests.support.simulated_vendors import SimulatedVendors

ANY_ACCOUNT: Tree = {
    "accounts": "any",
    "kore": {"sms_limit": 10_000},
    "carecycle": {"unknown_template": "ignored", "unknown_config": "accepted"},
}
HABITS: tuple[Tree, ...] = (
    {
        "kore": {
            "contact_list_order": "kept",
            "normalise_times": True,
            "restless_updated_at": False,
            "agentless_connection": "absent",
            "sms_get_shows_message": False,
        },
        "carecycle": {"absent_values": "missing", "client_always": False},
    },
    {
        "kore": {"agentless_connection": "empty", "v1_shows_dnc": True},
        "carecycle": {"response_generation": "C"},
    },
)
FLOW_ID = seed.KORE_FLOWS["SMS Support Flow"]
Check = Callable[[st.DataObject], None]


def for_every_flavour(check: Callable[[str, st.DataObject], None]) -> Check:
    decorated = settings(max_examples=10, deadline=None)(given(data=st.data())(check))
    checked: Check = pytest.mark.parametrize("flavour", FLAVOURS)(decorated)
    return checked


@dataclass
class Made:
    """A campaign that was created from a spec."""

    world: SimulatedVendors
    provider: Provider
    flavour: Flavour
    desired: Desired
    remote_id: str

    def read(self) -> Live:
        (row,) = self.provider.list(self.flavour.kind.channel).items
        live = self.provider.get(row.type, row.remote_id, row) if row.thin else row
        assert live is not None
        return live

    def compared(self, live: Live, desired: Desired | None = None) -> Comparison:
        """As the plan after the create does, which knows the ids of the names."""
        learnt = [
            Binding("t", path, str(at(self.desired.spec, path)), remote)
            for path, remote in live.references.items()
        ]
        wanted = desired or self.desired
        return compare(Sides(desired=wanted, live=live, record=None, bindings=Bindings(learnt)))


@contextmanager
def made(name: str, spec: Tree, habits: Tree | None = None) -> Iterator[Made]:
    flavour = FLAVOURS[name]
    with Store() as store:
        world = SimulatedVendors(store)
        world.simulator.change_switches(ANY_ACCOUNT)
        world.simulator.change_switches(habits or {})
        carecycle = flavour.kind.provider == "carecycle"
        provider = world.provider("carecycle" if carecycle else flavour.api)
        canonical = flavour.canonical(spec)
        desired = Desired(
            address=Address(flavour.kind.type, "a"),
            target="t",
            spec=canonical,
            source=SourceRange("a.yaml", Position(1, 1)),
        )
        campaign = Made(world, provider, flavour, desired, "")
        write = Write(
            operation=Operation.CREATE,
            type=flavour.kind.type,
            spec=create_spec(flavour.kind, canonical),
        )
        first, *rest = _possible(provider.requests(write))
        campaign.remote_id = _sent(provider, first)
        found = _finished(campaign, write, rest)
        if habits and isinstance(found, Impossible):
            reject()  # a generation that hides a group cannot be sent a part of it
        for request in _possible(found):
            _sent(provider, request)
        world.clock.sleep(10)
        yield campaign


def _finished(
    campaign: Made, write: Write, rest: Iterable[PlannedRequest]
) -> tuple[PlannedRequest, ...] | Impossible:
    """The later requests of a create, with its id and the values that were left open."""
    requests = tuple(
        replace(one, path=one.path.replace(KNOWN_AFTER_APPLY, campaign.remote_id)) for one in rest
    )
    if not any(one.unknown for one in requests):
        return requests
    told = campaign.provider.requests(follow_up(write.spec, campaign.read()))
    return completed(requests, told)


def _possible(found: tuple[PlannedRequest, ...] | Impossible) -> tuple[PlannedRequest, ...]:
    assert not isinstance(found, Impossible), found.reason
    return found


def _sent(provider: Provider, request: PlannedRequest) -> str:
    answer = provider.send(request)
    assert answer.status in (200, 201), answer
    assert answer.remote_id
    return answer.remote_id


def imported(campaign: Made, live: Live) -> tuple[Transcript, Desired]:
    """The manifest that import writes, and what it declares when it is read again."""
    flavour = campaign.flavour
    target = TargetScope("t", flavour.kind.provider, flavour.api)
    scopes = {"e": EnvironmentScope("e", {"t": target})}
    place = ExportPlace(environment="e", scopes=scopes, bindings=(), today=date(2026, 11, 20))
    # Pinned by its id, because a drawn name may be one that nobody can tell from others.
    transcript = transcribe(Found("t", live, ambiguous=True), "a", place)
    assert errors_in(transcript.diagnostics) == ()
    (document,) = parse("a.yaml", transcript.text.encode()).documents
    decoded = decode_manifest(document, scopes, today=place.today)
    assert errors_in(decoded.diagnostics) == ()
    return transcript, decoded.desired["e"]


@for_every_flavour
def test_a_campaign_reads_back_as_its_manifest_declares_it(
    flavour: str, data: st.DataObject
) -> None:
    with made(flavour, data.draw(specs(FLAVOURS[flavour]))) as campaign:
        live = campaign.read()
        assert campaign.compared(live).fields == ()
        kind = campaign.flavour.kind
        tag = kind.tag(campaign.flavour.api, campaign.desired.spec)
        for path, wanted in leaves(campaign.desired.spec):
            row = kind.field(path)
            assert row is not None
            if row.compare is Compare.VALUE and tag not in row.write_only and has(live.spec, path):
                shown = at(live.spec, path)
                assert wanted == shown or row.equal(wanted, shown)


@for_every_flavour
def test_after_an_import_the_plan_is_empty(flavour: str, data: st.DataObject) -> None:
    with made(flavour, data.draw(specs(FLAVOURS[flavour]))) as campaign:
        live = campaign.read()
        _, desired = imported(campaign, live)
        after = compare(Sides(desired=desired, live=live, record=None, bindings=Bindings(())))
        assert (after.fields, after.drift, after.notes) == ((), (), ())


@for_every_flavour
def test_an_import_leaves_nothing_out_that_can_be_read(flavour: str, data: st.DataObject) -> None:
    with made(flavour, data.draw(specs(FLAVOURS[flavour]))) as campaign:
        live = campaign.read()
        _, desired = imported(campaign, live)
        readable = {path for path, value in leaves(live.spec) if value is not None}
        said = {path for path, value in leaves(desired.spec) if value is not None}
        assert readable <= said
        assert said <= readable | set(live.references)


@for_every_flavour
def test_another_spelling_is_no_difference(flavour: str, data: st.DataObject) -> None:
    with made(flavour, data.draw(specs(FLAVOURS[flavour]))) as campaign:
        first = campaign.read()
        _, desired = imported(campaign, first)
        chance = Chance(data.draw(st.integers(0, 1 << 32)))
        campaign.world.lens = partial(respelled, chance=chance)
        live = campaign.read()
        assert campaign.compared(live).fields == ()
        assert campaign.compared(live, desired).fields == ()
        _, again = imported(campaign, live)
        assert campaign.compared(first, again).fields == ()


@for_every_flavour
def test_another_vendors_habits_are_no_difference(flavour: str, data: st.DataObject) -> None:
    habits = data.draw(st.sampled_from(HABITS))
    with made(flavour, data.draw(specs(FLAVOURS[flavour])), habits) as campaign:
        live = campaign.read()
        assert campaign.compared(live).fields == ()
        _, desired = imported(campaign, live)
        assert campaign.compared(live, desired).fields == ()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_row_of_the_field_table_does_not_contradict_itself(flavour: str) -> None:
    for row in FLAVOURS[flavour].kind.fields:
        tags = row.writable
        assert tags, row.path
        assert not row.required & row.optional, row.path
        assert row.shown <= tags, row.path
        assert row.write_only <= tags, row.path
        assert not row.shown & row.write_only, row.path
        assert row.empty is None or row.normal(row.empty) == row.empty, row.path
        assert row.default is None or row.normal(row.default) == row.default, row.path
        assert (row.compare is Compare.BINDING) is row.is_id(FLOW_ID), row.path
