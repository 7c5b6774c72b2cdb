"""Find the gates of launches: those about people, as for a write that may start a campaign."""

from collections.abc import Mapping, Sequence

from reconciler.address import Address
from reconciler.plan.gates.contacting import contacting, crowd
from reconciler.plan.gates.judge import Verdict, judge, people_rules
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
    return judge(
        people_rules(found),
        found,
        desired=inputs.desired,
        allow=inputs.allow,
        today=inputs.now.date(),
    )
