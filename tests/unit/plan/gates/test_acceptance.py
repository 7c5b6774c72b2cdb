from typing import get_args

from reconciler.manifests.envelope import AcceptedGate
from reconciler.plan.gate_table import GATES


def test_manifests_accept_exactly_the_gates_that_the_table_names() -> None:
    assert set(get_args(AcceptedGate)) == {code for code, gate in GATES.items() if gate.by_manifest}
