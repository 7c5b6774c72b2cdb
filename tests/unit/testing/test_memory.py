import pytest

from reconciler.clock import SystemClock
from reconciler.resources.base import RunState
from reconciler.resources.capabilities import Ability
from reconciler.resources.kinds import BY_TYPE, create_spec
from reconciler.resources.outcome import Answer
from reconciler.resources.tree import Tree
from reconciler.resources.writes import Impossible, Operation, PlannedRequest, Write
from reconciler.testing.clock import ManualClock
from reconciler.testing.memory import MemoryProvider

SMS: Tree = {
    "name": "Renewal",
    "contactLists": ["May"],
    "format": "advanced",
    "experienceFlowName": "Flow",
}
VOICE: Tree = {"name": "Calls", "dialingMode": "Progressive", "queue_name": "Main"}
CARE: Tree = {"name": "Care", "enablePulse": True}


def made(provider: MemoryProvider, type_: str, spec: Tree) -> tuple[PlannedRequest, ...]:
    requests = provider.requests(Write(operation=Operation.CREATE, type=type_, spec=spec))
    assert not isinstance(requests, Impossible)
    return requests


@pytest.mark.parametrize(
    ("type_", "spec"), [("kore_sms_campaign", SMS), ("kore_voice_campaign", VOICE)]
)
def test_what_is_created_is_listed_and_read(type_: str, spec: Tree) -> None:
    provider = MemoryProvider(SystemClock())
    (request,) = made(provider, type_, create_spec(BY_TYPE[type_], spec))
    answer = provider.send(request)
    assert answer.remote_id is not None
    live = provider.get(type_, answer.remote_id)
    assert live is not None
    assert live == answer.live
    assert live.spec["name"] == spec["name"]
    assert provider.list(BY_TYPE[type_].channel).items == (live,)
    assert provider.requests_sent == 3


def test_a_flow_is_shown_as_an_id() -> None:
    live = MemoryProvider(SystemClock()).put("kore_sms_campaign", SMS)
    assert live.references["experienceFlowName"].startswith("cf-")
    assert "experienceFlowName" not in live.spec


def test_the_second_request_of_a_create_has_no_id_yet() -> None:
    provider = MemoryProvider(SystemClock(), provider="carecycle")
    first, second = made(provider, "carecycle_campaign", CARE)
    assert first.body == {"name": "Care"}
    assert second.path == "/carecycle_campaign/(known after apply)"
    assert second.body == {"enablePulse": True}


def test_an_archived_campaign_is_still_there() -> None:
    provider = MemoryProvider(SystemClock(), provider="carecycle")
    live = provider.put("carecycle_campaign", CARE)
    write = Write(operation=Operation.DELETE, type=live.type, spec={}, live=live)
    requests = provider.requests(write)
    assert not isinstance(requests, Impossible)
    provider.send(requests[0])
    assert provider.capabilities.delete is Ability.ARCHIVE
    assert provider.all()[0].state is RunState.ARCHIVED


def test_a_new_campaign_shows_when_its_lag_is_over() -> None:
    clock = ManualClock()
    provider = MemoryProvider(clock, visible_after=5)
    answer = provider.send(made(provider, "kore_sms_campaign", SMS)[0])
    assert provider.list("sms").items == ()
    assert provider.get("kore_sms_campaign", str(answer.remote_id)) is None
    clock.advance(5)
    assert len(provider.list("sms").items) == 1


def test_an_edit_moves_the_marker_and_not_the_birth() -> None:
    provider = MemoryProvider(SystemClock())
    live = provider.put("kore_sms_campaign", SMS)
    edited = provider.edit(live.remote_id, {"priority": "1"})
    assert edited.marker != live.marker
    assert edited.created_at == live.created_at
    assert live.created_at is not None


def test_faults_are_taken_in_order() -> None:
    provider = MemoryProvider(SystemClock())
    lost = Answer(sent=True, message="reset")
    provider.faults = [lost, None]
    (request,) = made(provider, "kore_sms_campaign", SMS)
    assert provider.send(request) == lost
    assert provider.all() == ()
    assert provider.send(request).status == 200
    assert provider.writes == [request, request]


def test_a_write_to_nothing_is_not_found() -> None:
    provider = MemoryProvider(SystemClock())
    request = PlannedRequest(operation=Operation.UPDATE, method="PUT", path="/kore_sms_campaign/x")
    assert provider.send(request).status == 404
