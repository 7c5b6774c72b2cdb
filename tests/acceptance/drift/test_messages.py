"""What `drift` tells webhooks, over HTTP: once for each change, and nothing about their URLs."""

import json
import threading
from collections.abc import Callable, Iterator

import pytest

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project, Result
from tests.support.run_state_helpers import applied
from tests.support.webhooks import Webhooks, serving_webhooks

PATH = "/services/T0/B0/aVerySecretPath"
WARNING = "Warning: RECONCILER_NOTIFY line 1 (127.0.0.1) was not told"


@pytest.fixture
def hooks() -> Iterator[Webhooks]:
    with serving_webhooks() as found:
        yield found


@pytest.fixture
def told(
    monkeypatch: pytest.MonkeyPatch, hooks: Webhooks, skip_time: Callable[[float], None]
) -> Callable[[float], None]:
    """Webhooks are set; waits take no time."""
    monkeypatch.setenv("RECONCILER_NOTIFY", f"{hooks.url}{PATH}?sig=another%3Dsecret")
    return skip_time


def events(hooks: Webhooks) -> list[list[str]]:
    return [[one["event"] for one in body["events"]] for body in hooks.bodies]


def drift(run_line: Line, *more: str) -> Result:
    result = run_line("drift", *more)
    assert "ecret" not in result.out + result.err
    return result


def ignoring_the_description(project: Project) -> None:
    path = project.sms()
    manifest = json.loads(path.read_text("utf-8"))
    manifest["metadata"]["ignore"] = [{"path": "description", "reason": "tuned"}]
    path.write_text(json.dumps(manifest), "utf-8")


def test_a_life_of_drift_is_four_messages(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    told: Callable[[float], None],
) -> None:
    remote_id = applied(run_line, project, simulator)
    assert drift(run_line).code == 0
    assert hooks.asked == []
    simulator.edit(remote_id, {"description": "One."})
    assert drift(run_line).code == 2
    told(3 * 86_400)
    assert drift(run_line).code == 2
    assert events(hooks) == [["new"]]
    simulator.edit(remote_id, {"description": "Two."})
    assert drift(run_line).code == 2
    ignoring_the_description(project)
    assert drift(run_line).code == 0
    assert events(hooks) == [["new"], ["grown"], ["accepted"]]
    assert hooks.asked[0][0] == f"{PATH}?sig=another%3Dsecret"
    assert "found 3 days ago" in hooks.bodies[1]["text"]
    assert hooks.bodies[2]["open"] == {"count": 0, "oldest": None}


@pytest.mark.usefixtures("told")
def test_what_no_webhook_took_is_told_by_the_next_run(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
) -> None:
    simulator.edit(applied(run_line, project, simulator), {"description": "One."})
    hooks.statuses = [500, 503, 429]
    failed = drift(run_line)
    assert failed.code == 2
    assert f"{WARNING}: it answered 429" in failed.err
    assert len(hooks.asked) == 3
    assert WARNING not in drift(run_line).err
    assert events(hooks)[3:] == [["new"]]
    assert drift(run_line).code == 2
    assert len(hooks.asked) == 4


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("status", "why"),
    [
        (302, "it answered 302, a redirect, which is not followed"),
        (404, "it answered 404"),
    ],
)
def test_a_redirect_and_a_refusal_are_not_tried_again(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    status: int,
    why: str,
) -> None:
    simulator.edit(applied(run_line, project, simulator), {"description": "One."})
    hooks.statuses = [status]
    failed = drift(run_line)
    assert (failed.code, len(hooks.asked)) == (2, 1)
    assert f"{WARNING}: {why}" in failed.err


@pytest.mark.usefixtures("told")
def test_a_webhook_that_is_down_changes_nothing_else(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator.edit(applied(run_line, project, simulator), {"description": "One."})
    lines = f"\nslack http://127.0.0.1:1{PATH}\n teams {hooks.url}/teams\n"
    monkeypatch.setenv("RECONCILER_NOTIFY", lines)
    failed = drift(run_line)
    assert failed.code == 2
    assert "RECONCILER_NOTIFY line 2 (127.0.0.1) was not told: cannot connect" in failed.err
    (card,) = hooks.bodies
    assert card["attachments"][0]["content"]["type"] == "AdaptiveCard"


@pytest.mark.usefixtures("told")
def test_a_webhook_that_does_not_answer_is_left(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator.edit(applied(run_line, project, simulator), {"description": "One."})
    monkeypatch.setattr("reconciler.workflow.webhooks._PER_TRY", 0.1)
    hooks.stalls = threading.Event()
    with serving_webhooks() as other:
        slow = f"{hooks.url}{PATH}"
        monkeypatch.setenv("RECONCILER_NOTIFY", f"{slow}\n{slow}\n{slow}\n{other.url}/quick")
        # One slow webhook would use up all the time if it were tried to its end.
        monkeypatch.setattr("reconciler.workflow.webhooks._SECONDS", 1.25)
        failed = drift(run_line)
    hooks.stalls.set()
    assert failed.code == 2
    assert f"{WARNING}: no complete response within" in failed.err
    assert events(other) == [["new"]]


@pytest.mark.usefixtures("told")
def test_a_target_that_cannot_be_read_is_told_until_it_can(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    applied(run_line, project, simulator)
    with monkeypatch.context() as wrong:
        wrong.setenv("KORE_JWT", "not.a.token")
        assert drift(run_line).code == 4
        assert drift(run_line).code == 4
    assert drift(run_line).code == 0
    assert events(hooks) == [["new"], ["ended"]]
    assert [one["kind"] for body in hooks.bodies for one in body["events"]] == ["unjudged"] * 2


@pytest.mark.usefixtures("told")
def test_a_heartbeat_says_that_everything_was_looked_at(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    hooks: Webhooks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remote_id = applied(run_line, project, simulator)
    monkeypatch.setenv("RECONCILER_NOTIFY", "")
    monkeypatch.setenv("RECONCILER_HEARTBEAT", f"{hooks.url}{PATH}")
    assert drift(run_line).code == 0
    simulator.edit(remote_id, {"description": "One."})
    assert drift(run_line, "--exit-zero-on", "drift").code == 0
    assert [body["exit_code"] for body in hooks.bodies] == [0, 2]
    monkeypatch.setenv("KORE_JWT", "not.a.token")
    assert drift(run_line).code not in (0, 2)
    assert len(hooks.asked) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("http://hooks.example/secret", "line 1 does not begin with https://"),
        ("https://hooks.example/x\n\nftp://hooks.example/secret", "line 3 does not begin with"),
        ("https://user:secret@hooks.example/x", "line 1 is not a URL"),
        ("secret", "line 1 is not a URL"),
        ("https://[secret/", "line 1 is not a URL"),
        ("https://hooks.example/secret#x", "line 1 is not a URL"),
        ("\n".join(["https://hooks.example/x"] * 21), "more than 20 lines"),
    ],
)
def test_a_wrong_url_is_found_before_anything_is_read(
    run_line: Line,
    project: Project,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    problem: str,
) -> None:
    project.sms()
    monkeypatch.setenv("RECONCILER_NOTIFY", text)
    result = drift(run_line)
    assert result.code == 3
    assert problem in result.err
    assert simulator.requests() == []
