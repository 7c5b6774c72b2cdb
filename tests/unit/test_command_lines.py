"""Commands on lines of their own."""

import pytest

from reconciler.command_lines import command_lines, with_options

ADVICE = f"Stop it:{command_lines('stop a', 'stop b -e live')}\nThen run reconciler plan."


def test_each_command_has_a_line_and_no_full_stop() -> None:
    assert ADVICE.splitlines()[1:3] == ["    reconciler stop a", "    reconciler stop b -e live"]


@pytest.mark.parametrize(
    ("options", "first", "second"),
    [
        ({}, "stop a", "stop b -e live"),
        ({"-e": "live"}, "stop a -e live", "stop b -e live"),
        ({"-C": "a b", "-e": "test"}, "stop a -C 'a b' -e test", "stop b -e live -C 'a b'"),
    ],
)
def test_commands_get_the_options_that_they_lack(
    options: dict[str, str], first: str, second: str
) -> None:
    assert with_options(ADVICE, options) == (
        f"Stop it:\n    reconciler {first}\n    reconciler {second}\nThen run reconciler plan."
    )
