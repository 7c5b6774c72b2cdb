"""Manifests that several acceptance tests write, and applying them to the end."""

import json

from tests.support.cli import Line, Project, sms

QUICK = "sendsOnWrite: possibly\n        readBack: 1s\n        settle: 1s"

FLOW = "experienceFlowName"
UNREAD = "(cannot be read)"
STRATEGY = {
    "callerId": {"phoneNumber": "+12025550199"},
    "callingHours": {
        "frequency": "WEEKLY",
        "timezone": "America/New_York",
        "days": [{"day": "MO-FR", "start": "9:00 AM", "end": "6:00 PM"}],
    },
    "dialingOrder": "FIFO",
    "maxAttemptsPerRecord": 3,
    "defaultRetryPeriod": 60,
    "maxRingTime": 30,
}


def voice(project: Project, **spec: object) -> None:
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "KoreVoiceCampaign",
        "metadata": {"name": "calls"},
        "spec": {
            "name": "Calls",
            "description": "Calls people.",
            "contactLists": ["Recent Visitors"],
            "dncLists": {"name": "Do Not Contact"},
            "priority": 3,
            "dialingStrategy": STRATEGY,
            **spec,
        },
    }
    project.write("calls.json", json.dumps(document))


def agentless(project: Project, detect: str) -> None:
    flow = "Visit Survey Flow"
    voice(project, dialingMode="Agentless", enableMachineDetect=detect, experienceFlowName=flow)


def template(project: Project, text: str) -> None:
    document = sms("renewal", priority=3)
    spec = document["spec"]
    assert isinstance(spec, dict)
    del spec[FLOW]
    spec["message"] = {"template_name": "Renewal Notice", "message": text}
    project.write("renewal.json", json.dumps(document))


def settled(run_line: Line) -> None:
    """Apply, and check that nothing is left to do or to report."""
    applied = run_line("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    quiet(run_line)


def quiet(run_line: Line) -> None:
    plan = run_line("plan", "--detailed-exitcode")
    assert (plan.code, run_line("drift").code) == (0, 0), plan.out


def care(project: Project, **spec: object) -> None:
    manifest = {
        "apiVersion": "reconciler/v1",
        "kind": "CareCycleCampaign",
        "metadata": {"name": "check-up"},
        "spec": {"name": "Check-up", **spec},
    }
    project.write("care.json", json.dumps(manifest))
