"""What a plan costs each account, as text or JSON."""

import json
from collections.abc import Iterable

from reconciler.cli.output import say, say_json
from reconciler.cli.work_line import work_line
from reconciler.workflow.estimating import Estimate

_LEFT_OUT = "Nothing was sent. Campaigns that somebody changed, and failed requests, cost more."


def print_estimates(found: Iterable[Estimate], *, as_json: bool) -> None:
    """Print a line for each account, or one JSON document."""
    if as_json:
        accounts = [
            {
                "account": one.work.account,
                "targets": [*one.work.targets],
                "requests": one.work.requests,
                "pages": one.cost.pages,
                "campaigns": one.cost.details,
                "seconds": one.work.seconds,
            }
            for one in found
        ]
        say_json(json.dumps({"accounts": accounts}, indent=2) + "\n")
        return
    for one in found:
        say(work_line(one.work))
    say(_LEFT_OUT)
