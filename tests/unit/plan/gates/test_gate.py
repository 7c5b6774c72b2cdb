from reconciler.plan.gates.gate import shortened

TEN = [f"campaign {number}" for number in range(10)]


def test_ten_lines_are_shown_in_full() -> None:
    assert shortened(TEN) == TEN


def test_of_more_than_ten_lines_the_first_ten_are_shown() -> None:
    assert shortened([*TEN, "one", "two"]) == [*TEN, "and 2 more"]
