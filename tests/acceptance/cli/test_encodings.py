"""Streams and locales that are not UTF-8 change how a character looks, and no exit code."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.simulator.seed import CARECYCLE_API_KEY, KORE_TOKEN
from tests.support.cli import Line, Project, sms

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
Words = tuple[str, ...]


@dataclass(frozen=True)
class Ran:
    """What several command lines in one process wrote, and their exit codes."""

    out: bytes
    err: bytes
    codes: list[int]


def run(project: Project, stream: str, *lines: Words) -> Ran:
    done = subprocess.run(
        (sys.executable, "-c", SEVERAL, *(word for line in lines for word in ("--next", *line))),
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
    codes = [int(code) for code in re.findall(rb"^exit (\d+)\r?$", done.stderr, re.MULTILINE)]
    return Ran(done.stdout, done.stderr, codes)


@pytest.mark.parametrize("stream", ["cp1252", "ascii", "C"])
def test_no_exit_code_depends_on_the_encoding(spring: Project, run_line: Line, stream: str) -> None:
    ran = run(spring, stream, *(line for line, _ in STORY))
    assert b"Traceback" not in ran.err, ran.err
    assert ran.codes == [code for _, code in STORY], ran.err
    receipts = run_line("history", "--json").json["receipts"]
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
    invalid = spring.folder / "Frühjahr.json"
    invalid.write_text(json.dumps({"kind": NAME, "apiVersion": "reconciler/v1"}), "utf-8")
    ran = run(spring, stream, ("plan",), ("validate", invalid.name))
    assert shown in ran.out
    assert shown.partition(b" ")[0] + b".json" in ran.err


def test_a_plan_is_the_same_plan_in_every_locale(spring: Project) -> None:
    assert run(spring, "C", ("plan", "--out", "plan.json"), INIT).codes == [0, 0]
    shown_and_applied = run(spring, "utf-8", ("show", "plan.json"), ("apply", "plan.json"))
    assert shown_and_applied.codes == [0, 0]


def test_a_project_may_lie_in_any_folder(spring: Project) -> None:
    inner = spring.folder / "Grüße 🌷"
    inner.mkdir()
    for part in ("reconciler.yaml", "campaigns"):
        (spring.folder / part).rename(inner / part)
    for stream in ("C", "utf-8"):
        lines = [("-C", inner.name, *words) for words in (INIT, ("apply", "--auto-approve"))]
        ran = run(spring, stream, *lines)
        assert ran.codes == [0, 0], ran.err


def test_a_file_whose_name_is_no_utf_8_is_read_and_planned(spring: Project) -> None:
    old = spring.folder / "campaigns" / "Frühjahr.json"
    old.rename(Path(os.fsdecode(os.fsencode(old.parent) + b"/Fr\xfchjahr.json")))
    ran = run(spring, "utf-8", ("plan", "--out", "plan.json"), ("show", "plan.json"))
    assert ran.codes == [0, 0]
    assert b"Fr\\xfchjahr.json" in ran.out
