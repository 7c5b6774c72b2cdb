from typing import Any

import pytest

from reconciler.address import Address
from reconciler.apply.receipt import exit_code
from reconciler.diagnostics import error, warning
from reconciler.errors import ExitCode
from reconciler.resources.outcome import ChangeOutcome, Outcome


def outcome(fate: Outcome, *codes: str, **more: Any) -> ChangeOutcome:
    problems = tuple(error(code, code) for code in codes)
    return ChangeOutcome(
        address=Address("t", "n"),
        target="main",
        action="create",
        outcome=fate,
        **{"diagnostics": problems, **more},
    )


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], ExitCode.OK),
        ([outcome(Outcome.APPLIED)], ExitCode.OK),
        ([outcome(Outcome.APPLIED, diagnostics=(warning("w", "w"),))], ExitCode.OK),
        ([outcome(Outcome.APPLIED, "not-applied-by-server")], ExitCode.ERROR),
        ([outcome(Outcome.REFUSED)], ExitCode.ERROR),
        ([outcome(Outcome.SKIPPED, "interrupted")], ExitCode.ERROR),
        ([outcome(Outcome.SKIPPED, "apply-refused")], ExitCode.REFUSED),
        ([outcome(Outcome.REFUSED, "budget-spent")], ExitCode.BUDGET),
        ([outcome(Outcome.REFUSED, "authentication")], ExitCode.AUTHENTICATION),
        ([outcome(Outcome.UNKNOWN)], ExitCode.UNKNOWN),
        (
            [outcome(Outcome.REFUSED, "authentication"), outcome(Outcome.UNKNOWN)],
            ExitCode.UNKNOWN,
        ),
        ([outcome(Outcome.APPLIED), outcome(Outcome.REFUSED)], ExitCode.ERROR),
    ],
)
def test_the_worst_outcome_decides_the_exit_code(
    outcomes: list[ChangeOutcome], code: ExitCode
) -> None:
    assert exit_code(outcomes) is code
