"""Accounts are read side by side: on a shared clock, none waits for the rate limit of another."""

from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.resources.snapshot import TargetSnapshot
from reconciler.simulator import seed
from reconciler.simulator.core import Simulator
from reconciler.workflow.accounts import Accounts
from reconciler.workflow.freshness import Freshness
from reconciler.workflow.read_work import ReadWork
from reconciler.workflow.reading import Reading, read_targets
from reconciler.workflow.session import Options, Session
from reconciler.workflow.targets import build_providers
from tests.support.clocks import SharedClock

CAMPAIGNS = 55
TARGET = """\
      {name}:
        provider: kore
        baseUrl: http://localhost:1
        appId: {app}
        accountId: {name}
        auth: {{token: {{env: KORE_JWT}}}}
        rateLimit: 50/minute
"""
PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  staging:
    targets:
"""


def minutes(folder: Path, accounts: int) -> float:
    """How long it takes to read every campaign of so many accounts."""
    names = [f"account-{number}" for number in range(accounts)]
    targets = (TARGET.format(name=name, app=seed.KORE_APP_ID) for name in names)
    folder.mkdir()
    (folder / "reconciler.yaml").write_text(PROJECT + "".join(targets), "utf-8")
    clock = SharedClock(accounts)
    simulator = Simulator(clock=clock, seed=1)
    simulator.change_switches({"accounts": "any"})
    for name in names:
        for number in range(CAMPAIGNS):
            body = {"name": f"Campaign {number}"}
            simulator.console.seed_kore(body, account=f"{name}/{seed.KORE_APP_ID}")

    def read(work: ReadWork) -> None:
        if work.finished:
            clock.leave()

    def everything(rows: TargetSnapshot) -> list[str]:
        return [row.remote_id for row in rows.listings["sms"].items]

    environ = {"KORE_JWT": seed.KORE_TOKEN}
    handlers = dict.fromkeys(names, simulator.handle)
    begun = clock.monotonic()
    with Session(Options(directory=folder), environ, clock, handlers=handlers) as session:
        ledger = session.open_ledger()
        of_session = Accounts(session, ledger)
        reading = Reading(
            desired=(),
            view=ledger.view(),
            ledger=ledger,
            clock=clock,
            # More threads of an account would count as more accounts at work.
            parallelism=1,
            accounts=of_session,
            on_read=read,
            freshness=Freshness(max_age=timedelta(hours=24)),
            settle=dict.fromkeys(names, timedelta(0)),
            prune=False,
            every_channel=True,
            in_full=everything,
        )
        reads = read_targets(build_providers(session, names, accounts=of_session), reading)
    assert reads.errors == ()
    assert all(len(one.details) == CAMPAIGNS for one in reads.snapshots.values())
    return (clock.monotonic() - begun) / 60


def test_eight_accounts_take_as_long_as_one(tmp_path: Path) -> None:
    alone = minutes(tmp_path / "one", 1)
    # Three pages and 55 campaigns, of which 50 requests need no wait.
    assert alone == pytest.approx(1.0)
    assert minutes(tmp_path / "eight", 8) <= 1.05 * alone
