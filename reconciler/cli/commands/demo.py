"""`demo`: the whole story on an embedded simulator, in a folder that is removed afterwards."""

import click

from reconciler.cli.demo_stage import Stage
from reconciler.cli.options import examples
from reconciler.cli.output import say

_STORY = """\
This demo serves both vendors' APIs on a free port of this machine and runs the real commands
against it. No account is needed and nobody is contacted.
"""


@click.command(
    epilog=examples(
        "reconciler demo",
        "reconciler demo --keep",
    )
)
@click.option("--keep", is_flag=True, help="Keep the demo's project folder.")
def demo(keep: bool) -> int:
    """Play init, plan, ledger init, apply, a console edit, drift and its correction.

    Runs on an embedded simulator. No account is needed and nobody is contacted.
    """
    say(_STORY)
    with Stage(keep=keep) as stage:
        stage.say("A new project, pointed at the simulator.")
        stage.run("init", ".")
        stage.point_at_simulator()
        stage.run("validate")
        stage.say("What would apply do? The plan says who would be contacted; it writes nothing.")
        stage.run("plan", "--out", "plan.json")
        stage.say("A lost ledger looks like a new environment. So somebody says that this is one.")
        stage.run("ledger", "init", "--reason", "the demo begins here", "--auto-approve")
        stage.say("Apply exactly that plan: planned again under a lock, recorded, then sent once.")
        stage.run("apply", "plan.json")
        stage.say("The same plan cannot be applied twice.")
        stage.run("apply", "plan.json", expect=6)
        stage.say("Plan again: there is nothing to do.")
        stage.run("plan", "--detailed-exitcode")
        stage.say("Now somebody edits the campaign in the vendor's console: longer hours.")
        stage.edit_in_console()
        stage.say(
            "Drift reports what changed behind git's back. It cannot write, so cron can run it."
        )
        stage.run("drift", expect=2)
        stage.say("The plan shows what apply would change back; a person decides.")
        stage.run("plan", "--detailed-exitcode", expect=2)
        stage.run("apply", "--auto-approve")
        stage.run("drift")
        stage.farewell()
    return 0
