"""How long an apply of many creates takes at a vendor's rate, on a virtual clock.

`python -m tests.benchmarks.creates [CREATES]` prints one line for each way in which Kore.ai may
answer. The simulator answers in this process, and each answer takes some time of the clock.
"""

import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.plan.gate_table import GATES
from reconciler.providers.wire import WireRequest, WireResponse
from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from reconciler.testing.clock import ManualClock
from reconciler.workflow.applying import ApplyResult, run_apply
from reconciler.workflow.session import Options, Session
from tests.faults.fixtures import ENVIRON, ENVIRONMENT, project_text, write_project
from tests.faults.scenario import TALK
from tests.support.ledgers import open_new

RATE = 50
BATCH = 20
PROVEN: Tree = {}
"""Answers show all that a reading would show, and the list shows a campaign at once."""
UNPROVEN: Tree = {"list_lag": 100_000.0}
"""The list shows nothing for so long that only readings by id can prove a create."""
_PAGE = 50
_ROUND_TRIP = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One apply on the virtual clock: its result, its requests by operation, and its seconds."""

    result: ApplyResult
    requests: Mapping[str, int]
    seconds: float


def play(folder: Path, creates: int, kore: Tree, *, rate: int = RATE) -> Played:
    """Apply so many new campaigns of one target of Kore.ai, which behaves as `kore` says.

    `rate` is the target's rate limit for a minute.
    """
    clock = ManualClock()
    simulator = Simulator(clock=clock, seed=1)
    simulator.change_switches({"kore": kore})

    def answer(request: WireRequest) -> WireResponse:
        clock.advance(_ROUND_TRIP)
        return simulator.handle(request)

    write_project(
        folder,
        project_text(rate=f"{rate}/minute", patience="readBack: 60s, settle: 5m"),
        [("sms", number) for number in range(creates)],
    )
    open_new(folder / "state.db", ENVIRONMENT)
    options = Options(directory=folder, allow=frozenset(GATES))
    with Session(options, ENVIRON, clock, handlers={"kore": answer, "care": answer}) as session:
        begun = clock.monotonic()
        result = run_apply(session, saved=None, ask=False, talk=TALK)
    requests = Counter(one.operation for one in simulator.requests())
    return Played(result=result, requests=requests, seconds=clock.monotonic() - begun)


def bound(creates: int, *, proven: bool, rate: int = RATE) -> float:
    """The seconds that it may take: so many requests at the rate, and a tenth more."""
    pages = 1 + math.ceil(creates / _PAGE)
    proofs = creates / BATCH if proven else creates
    return 1.1 * 60 * (creates + proofs + pages) / rate


def main() -> None:
    """Print every figure."""
    creates = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for what, kore in {"proven by answers": PROVEN, "read by id": UNPROVEN}.items():
        with tempfile.TemporaryDirectory() as name:
            played = play(Path(name), creates, kore)
        row = {
            "what": f"{creates} creates at {RATE}/minute, {what}",
            "requests": sum(played.requests.values()),
            "minutes": round(played.seconds / 60, 2),
            "goal": round(bound(creates, proven=kore == PROVEN) / 60, 2),
            **played.requests,
        }
        print(json.dumps(row), flush=True)  # noqa: T201 - a script's output


if __name__ == "__main__":
    main()
