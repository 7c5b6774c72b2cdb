"""The refusal of a command that meets gates: what they are about, and how to go on."""

import pytest

from reconciler.errors import ApplyRefused
from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.refusal import require_open

DELETE = Gate(code="delete", summary="1 campaign will be removed")
LATE = Gate(code="outside-apply-window", summary="it is Sunday")
OPEN = Gate(code="recreate", summary="again", allowed_by="--allow")
NEW = Gate(code="new-ledger", summary="1 create", details=("Run once:", "    reconciler x"))


@pytest.mark.parametrize("gates", [(), (OPEN,)])
def test_open_gates_refuse_nothing(gates: tuple[Gate, ...]) -> None:
    require_open(gates, "apply")


def test_closed_gates_are_summed_up_and_named_once() -> None:
    with pytest.raises(ApplyRefused) as refused:
        require_open((DELETE, OPEN, LATE), "apply")
    (problem,) = refused.value.diagnostics
    assert problem.summary == (
        "apply stopped at gates delete (1 campaign will be removed); outside-apply-window "
        "(it is Sunday)"
    )
    assert problem.detail == (
        "Nothing was sent.\n"
        "If all of this is intended, run apply again with --allow delete --allow "
        "outside-apply-window"
    )


def test_a_gate_that_allow_does_not_open_says_what_does() -> None:
    with pytest.raises(ApplyRefused) as refused:
        require_open((NEW,), "start")
    (problem,) = refused.value.diagnostics
    assert problem.summary == "start stopped at gate new-ledger: 1 create"
    assert problem.detail == "Nothing was sent.\nRun once:\n    reconciler x"
