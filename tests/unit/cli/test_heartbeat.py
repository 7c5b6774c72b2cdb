from reconciler.address import Address
from reconciler.cli.heartbeat import Heartbeat
from reconciler.clock import SystemClock

ADDRESS = Address("kore_sms_campaign", "renewal")


class Clock(SystemClock):
    time = 0.0

    def monotonic(self) -> float:
        return self.time


def test_a_sign_comes_every_ten_seconds_and_ends_with_the_change() -> None:
    clock = Clock()
    heartbeat = Heartbeat(clock, print)
    heartbeat.took_off(ADDRESS, "create")
    assert heartbeat._late(9.9) == []
    assert heartbeat._late(10.1) == [f"{ADDRESS}: Still creating... [10s elapsed]"]
    assert heartbeat._late(11.0) == []
    assert heartbeat._late(20.4) == [f"{ADDRESS}: Still creating... [20s elapsed]"]
    heartbeat.landed(ADDRESS)
    assert heartbeat._late(40.0) == []
