from reconciler.address import Address
from reconciler.cli.heartbeat import Heartbeat
from reconciler.testing.clock import ManualClock

ADDRESS = Address("kore_sms_campaign", "renewal")


def test_a_progress_line_appears_every_ten_seconds_until_the_change_ends() -> None:
    clock = ManualClock()
    begin = clock.monotonic()
    heartbeat = Heartbeat(clock, print)
    heartbeat.took_off(ADDRESS, "create")
    assert heartbeat._late(begin + 9.9) == []
    assert heartbeat._late(begin + 10.1) == [f"{ADDRESS}: Still creating... [10s elapsed]"]
    assert heartbeat._late(begin + 11.0) == []
    assert heartbeat._late(begin + 20.4) == [f"{ADDRESS}: Still creating... [20s elapsed]"]
    heartbeat.landed(ADDRESS)
    assert heartbeat._late(begin + 40.0) == []
