"""What reading many campaigns costs at the vendor's rate, on a virtual clock."""

from pathlib import Path

from reconciler.errors import ExitCode
from tests.benchmarks.reads import GET, INTERRUPTIONS, LIST, RATE, Estate

COUNT = 60


def test_a_cold_read_waits_only_for_the_rate_and_a_warm_one_on_a_new_runner_reads_lists(
    tmp_path: Path,
) -> None:
    estate = Estate(tmp_path, COUNT)
    cold, warm = estate.plan(), estate.plan()
    requests = sum(cold.requests.values())
    assert cold.requests[GET] == COUNT
    assert 60 * (requests - RATE) / RATE <= cold.seconds <= 1.05 * 60 * requests / RATE
    assert {*warm.requests} == {LIST}
    assert warm.bucket <= 4 + 1


def test_after_five_interruptions_no_campaign_was_read_twice(tmp_path: Path) -> None:
    runs = Estate(tmp_path, COUNT).plan_interrupted()
    assert [run.code for run in runs] == [ExitCode.BUDGET] * INTERRUPTIONS + [ExitCode.OK]
    assert sum(run.requests[GET] for run in runs) == COUNT
