import re
from dataclasses import replace
from datetime import timedelta

from reconciler.plan.model import Plan, Selection
from reconciler.render.metrics import drift_metrics
from tests.support.campaigns import NOW, desired, live, record
from tests.support.plans import errored, ledger, on_kore, plan

LINE = re.compile(r'(# (HELP|TYPE) reconciler_\w+ .+|reconciler_\w+\{(\w+="[^"]*",?)+\} [-+.e\d]+)')


def drifted() -> Plan:
    one, two = desired(), desired("gone", name="Gone")
    rows = live(contactLists=["Everybody"]), live("cd-9", name="Not ours")
    return plan(one, two, live=on_kore(*rows), ledger=ledger(record(one), record(two, "cd-2")))


def test_every_line_is_in_the_text_format() -> None:
    text = drift_metrics(drifted())
    assert text.endswith("\n")
    assert all(LINE.fullmatch(line) for line in text.splitlines()), text


def test_the_counts_are_those_of_the_run() -> None:
    text = drift_metrics(drifted())
    here = 'environment="staging"'
    assert f'reconciler_drift_campaigns{{{here},movement="expanding"}} 1\n' in text
    assert f'reconciler_drift_campaigns{{{here},movement="contracting"}} 1\n' in text
    assert f"reconciler_unmanaged_campaigns{{{here}}} 1\n" in text
    assert f"reconciler_managed_campaigns{{{here}}} 1\n" in text
    assert f"reconciler_live_campaigns{{{here}}} 2\n" in text
    assert f"reconciler_drift_timestamp_seconds{{{here}}} 1795204800\n" in text


def test_the_time_of_the_oldest_reading_is_among_them() -> None:
    one = desired()
    state = on_kore(live(), oldest_read=NOW - timedelta(hours=1))
    text = drift_metrics(plan(one, live=state, ledger=ledger(record(one))))
    name = "reconciler_drift_oldest_reading_timestamp_seconds"
    assert f'{name}{{environment="staging"}} {(NOW - timedelta(hours=1)).timestamp():.0f}\n' in text
    assert name not in drift_metrics(errored())


def test_a_partial_run_says_so() -> None:
    partial = replace(drifted(), selection=Selection(targets=("retention",)))
    assert 'reconciler_drift_complete{environment="staging"} 0\n' in drift_metrics(partial)


def test_a_strange_environment_stays_inside_its_label() -> None:
    text = drift_metrics(replace(drifted(), environment='a"b\\c\nd'))
    assert 'environment="a\\"b\\\\c\\nd"' in text
