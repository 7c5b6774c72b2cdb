"""Speed and memory of the commands as people start them; prints medians and checks nothing.

`python tests/benchmarks/run.py [CAMPAIGNS]`: the simulator runs in a process of its own, over a
socket and without a rate limit; every figure is from a new interpreter.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROUNDS = 5
COMMAND = [sys.executable, "-m", "reconciler"]
PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  bench:
    targets:
      retention:
        provider: kore
        baseUrl: {url}
        appId: st-11111111-2222-5333-8444-555555555555
        accountId: 67777ce93e25326494e90000
        auth: {{token: {{env: KORE_JWT}}}}
        rateLimit: 100000/minute
        sendsOnWrite: never
safety: {{maxCreates: 100000}}
"""


def main() -> None:
    """Print every figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name, _simulator() as url:
        folder = Path(name)
        _report("reconciler --help", *_median(["--help"], folder), goal="150 ms")
        _report(
            "validate, 1 manifest",
            *_median(["validate"], _project(folder / "1", url, 1)),
            goal="400 ms",
        )
        many = _project(folder / "many", url, count)
        _report(f"validate, {count} manifests", *_median(["validate"], many))
        _run(["ledger", "init", "--reason", "new", "--auto-approve"], many)
        gates = ["--allow", "duplicate-audience"]
        _report(
            f"apply, {count} creates",
            *_run(["apply", "--auto-approve", "-q", *gates], many),
            goal="12 s, 200 MB",
        )
        _report("plan, nothing cached", *_median(["plan", "--no-cache"], many))
        _report(f"plan, {count} unchanged", *_median(["plan"], many), goal="3 s, 150 MB")


def _project(folder: Path, url: str, count: int) -> Path:
    (folder / "campaigns").mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(PROJECT.format(url=url), "utf-8")
    for number in range(count):
        path = folder / "campaigns" / f"campaign-{number:05}.yaml"
        path.write_text(_manifest(f"campaign-{number:05}"), "utf-8")
    return folder


def _manifest(name: str) -> str:
    return f"""\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata: {{name: {name}}}
spec:
  name: Campaign {name}
  description: One of many.
  contactLists: [Spring Renewals 2026]
  priority: 5
  dialingStrategy:
    callerId: {{phoneNumber: "+12025550123"}}
    callingHours:
      frequency: WEEKLY
      timezone: America/New_York
      days: [{{day: MO-FR, start: "9:00 AM", end: "6:00 PM"}}]
  experienceFlowName: Renewal Assistant Flow
"""


@contextmanager
def _simulator() -> Iterator[str]:
    process = subprocess.Popen(
        [*COMMAND, "simulator", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield re.findall(r"http://[\d.:]+\d", line)[0]
    finally:
        process.terminate()
        process.wait()


def _median(arguments: list[str], folder: Path) -> tuple[float, float]:
    runs = [_run(arguments, folder) for _ in range(ROUNDS)]
    return statistics.median(run[0] for run in runs), max(run[1] for run in runs)


def _run(arguments: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and peak MB of one run."""
    environ = {**os.environ, "KORE_JWT": "simulator-token"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=environ, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return elapsed, usage.ru_maxrss / 1024


def _report(what: str, seconds: float, megabytes: float, goal: str = "") -> None:
    row = {"what": what, "seconds": round(seconds, 3), "peak_mb": round(megabytes), "goal": goal}
    print(json.dumps(row), flush=True)  # noqa: T201 - a script's output


if __name__ == "__main__":
    main()
