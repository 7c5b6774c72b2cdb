"""Find the gates of launches: those about people, and the one of a ledger that went back.

A launch meets those about people as a write does that may start a campaign. A ledger that went back
may have lost a stop.
"""

from collections.abc import Mapping, Sequence

from reconciler.address import Address
from reconciler.plan.gates.contacting import contacting, crowd
from reconciler.plan.gates.judge import Verdict, judge, people_rules
from reconciler.plan.gates.rules import ledger_behind
from reconciler.plan.inputs import PlanInputs
from reconciler.plan.model import Change
from reconciler.run_state.launch.model import Launch


def launch_gates(
    launches: Sequence[Launch], changes: Mapping[Address, Change], inputs: PlanInputs
) -> Verdict:
    """What stops the launches until somebody accepts it, open or not."""
    desired = {one.address: one for one in inputs.desired}
    reaching = tuple(
        contacting(changes[one.address], desired.get(one.address), one.live, reach=one.reach)
        for one in launches
        if one.reach is not None
    )
    found = crowd(reaching, inputs)
    chosen = (one.address for one in reaching)
    return judge(
        (*people_rules(found), *ledger_behind(inputs, chosen)),
        found,
        desired=inputs.desired,
        allow=inputs.allow,
        today=inputs.now.date(),
    )
