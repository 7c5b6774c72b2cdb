"""Streams and locales that are not UTF-8 change how a character looks, and no exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.simulator.seed import CARECYCLE_API_KEY, KORE_TOKEN
from tests.support.cli import Project, sms

STREAMS = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "ascii-strict": {"PYTHONIOENCODING": "ascii:strict"},
    "utf-8": {"PYTHONIOENCODING": "utf-8:strict"},
    "C": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
}
NAME = "Frühjahr 🌷"
ADDRESS = "kore_sms_campaign.spring"
WHY = ("--reason", NAME)
INIT = ("ledger", "init", "--auto-approve", *WHY)
STORY = (
    (("plan",), 0),
    (("plan", "-v"), 0),
    (("plan", "--out", "plan.json"), 0),
    (("show", "plan.json"), 0),
    (INIT, 0),
    (("apply", "plan.json"), 0),
    (("history",), 0),
    (("drift",), 0),
    (("start", ADDRESS, "--auto-approve"), 0),
    (("stop", "--all", *WHY), 0),
    (("status",), 0),
    (("stop", "--clear", *WHY), 0),
    (("history",), 0),
    (("plan", "--manifests", "nächste.yaml"), 3),
    ((NAME,), 3),
)


@pytest.fixture
def spring(new_project: Project) -> Project:
    new_project.configure("sendsOnWrite: possibly\n        readBack: 1s")
    manifest = sms("spring")
    assert isinstance(manifest["spec"], dict)
    manifest["spec"]["name"] = NAME
    new_project.write("Frühjahr.json", json.dumps(manifest))
    return new_project


SEVERAL = """\
import sys
from itertools import groupby
from reconciler.cli.main import main

for last, words in groupby(sys.argv[1:], "--next".__eq__):
    if not last:
        try:
            main(list(words))
        except SystemExit as end:
            print(f"exit {int(end.code)}", file=sys.stderr)
"""
"""Runs several command lines in one process, because its start costs most of a second."""


def run(project: Project, stream: str, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return start(project, stream, "-m", "reconciler", *words)


def start(project: Project, stream: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        (sys.executable, *arguments),
        cwd=project.folder,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("LC_")},
            "KORE_JWT": KORE_TOKEN,
            "CARECYCLE_API_KEY": CARECYCLE_API_KEY,
            **STREAMS[stream],
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("stream", ["cp1252", "ascii", "C"])
def test_no_exit_code_depends_on_the_encoding(spring: Project, stream: str) -> None:
    words = [word for line, _ in STORY for word in ("--next", *line)]
    done = start(spring, stream, "-c", SEVERAL, *words)
    assert b"Traceback" not in done.stderr, done.stderr
    exits = [line for line in done.stderr.splitlines() if line.startswith(b"exit ")]
    assert exits == [f"exit {code}".encode() for _, code in STORY], done.stderr
    receipts = json.loads(run(spring, stream, "history", "--json").stdout)["receipts"]
    assert NAME in {receipt.get("reason") for receipt in receipts}


@pytest.mark.parametrize(
    ("stream", "shown"),
    [
        ("cp1252", b"Fr\xfchjahr \\U0001f337"),
        ("latin-1", b"Fr\xfchjahr \\U0001f337"),
        ("ascii", b"Fr\\xfchjahr \\U0001f337"),
        ("ascii-strict", b"Fr\\xfchjahr \\U0001f337"),
        ("C", b"Fr\\xfchjahr \\U0001f337"),
        ("utf-8", NAME.encode()),
    ],
)
def test_what_a_stream_lacks_is_an_escape(spring: Project, stream: str, shown: bytes) -> None:
    assert shown in run(spring, stream, "plan").stdout
    spring.write("Frühjahr.json", json.dumps({"kind": NAME, "apiVersion": "reconciler/v1"}))
    assert shown.partition(b" ")[0] + b".json" in run(spring, stream, "validate").stderr


def test_a_plan_is_the_same_plan_in_every_locale(spring: Project) -> None:
    assert run(spring, "C", "plan", "--out", "plan.json").returncode == 0
    assert run(spring, "utf-8", "show", "plan.json").returncode == 0
    assert run(spring, "C", *INIT).returncode == 0
    assert run(spring, "utf-8", "apply", "plan.json").returncode == 0


def test_a_project_may_lie_in_any_folder(spring: Project) -> None:
    inner = spring.folder / "Grüße 🌷"
    inner.mkdir()
    for part in ("reconciler.yaml", "campaigns"):
        (spring.folder / part).rename(inner / part)
    for stream in ("C", "utf-8"):
        for words in (INIT, ("apply", "--auto-approve")):
            done = run(spring, stream, "-C", inner.name, *words)
            assert done.returncode == 0, done.stderr


def test_a_file_whose_name_is_no_utf_8_is_read_and_planned(spring: Project) -> None:
    old = spring.folder / "campaigns" / "Frühjahr.json"
    old.rename(Path(os.fsdecode(os.fsencode(old.parent) + b"/Fr\xfchjahr.json")))
    assert run(spring, "utf-8", "plan", "--out", "plan.json").returncode == 0
    assert b"Fr\\xfchjahr.json" in run(spring, "utf-8", "show", "plan.json").stdout
