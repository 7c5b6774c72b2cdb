"""The screens of an operator's first days, as a terminal of some width shows them.

The command line runs in this process against the simulator, on a clock that only waits move.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from reconciler.cli import heartbeat, session
from reconciler.cli.main import run
from reconciler.clock import SystemClock
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import CARECYCLE_API_KEY, KORE_TOKEN
from reconciler.testing.clock import ManualClock
from reconciler.workflow.session import Session
from tests.support.cli import Project
from tests.support.clocks import DistinctIdClock
from tests.support.screen import Screen

BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADDRESS = "kore_sms_campaign.spring-renewals"
URL = "http://127.0.0.1:8321"


INVALID = """\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata: {name: spring-renewals}
spec:
  name: Spring renewals
  description: Sends a link.
  contactLists: [Spring Renewals 2026]
  dialingStrategy:
    callerId: {phoneNumber: "+12025550123"}
    callingHours:
      frequency: WEEKLY
      timezone: America/New_Yorc
      days: [{day: MO-FR, start: 9:00 AM, end: 6:00 PM}]
  experienceFlowNam: Renewal Assistant Flow
  priority: 9
"""


@dataclass
class Operator:
    """Types commands, and keeps a screen under a name."""

    project: Project
    simulator: Simulator
    clock: ManualClock
    patch: pytest.MonkeyPatch
    width: int
    screens: dict[str, str] = field(default_factory=dict)

    def types(self, screen: str, *command: str) -> None:
        """Run a command; what it prints is added to the screen."""
        self.clock.advance(60.0)
        shown = Screen()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            code = run(command)
        words = " ".join(f"'{word}'" if " " in word else word for word in command)
        text = f"$ reconciler {words}\n{shown.getvalue().rstrip()}\n[exit {code}]\n"
        before = self.screens.get(screen)
        self.screens[screen] = text if before is None else f"{before}\n{text}"

    def does(self, *command: str) -> None:
        """Run a command that nobody looks at."""
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            assert run(command) == 0, shown.getvalue()

    def writes(self, name: str = "spring-renewals", /, **spec: object) -> None:
        """Write a manifest that is much like the one of `init`."""
        self.project.sms(name, **{"name": name.replace("-", " ").capitalize(), **spec})

    def live(self, name: str) -> str:
        """The id of a campaign at the vendor."""
        found = (one for one in self.simulator.campaigns() if one["name"] == name)
        return str(next(found)["id"])


@contextlib.contextmanager
def _stage(folder: Path, width: int) -> Iterator[Operator]:
    """An empty project, a simulator, and a terminal of some width."""
    clock = DistinctIdClock(BEGIN)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("now", "monotonic", "sleep", "new_id", "random"):
            call = getattr(clock, name)
            patch.setattr(SystemClock, name, lambda _, *more, call=call: call(*more))
        patch.setattr(heartbeat, "_SECONDS", float("inf"))
        simulator = Simulator(clock=clock, seed=7)
        handlers = dict.fromkeys(("retention", "care"), simulator.handle)
        patch.setattr(session, "Session", partial(Session, handlers=handlers))
        patch.setattr("socket.gethostname", lambda: "desk")
        environment = {
            "COLUMNS": str(width),
            "NO_COLOR": "1",
            "TERM": "dumb",
            "LOGNAME": "ada",
            "KORE_JWT": KORE_TOKEN,
            "CARECYCLE_API_KEY": CARECYCLE_API_KEY,
            "RECONCILER_ALLOWED_HOSTS": URL.removeprefix("http://"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        (folder / "acme").mkdir(parents=True)
        patch.chdir(folder / "acme")
        yield Operator(Project(folder / "acme", URL), simulator, clock, patch, width)


def _help(operator: Operator) -> None:
    operator.types("help", "help")
    operator.types("help-of-a-command", "help", "start")
    operator.types("providers", "providers")


def _slips(operator: Operator) -> None:
    Path("campaigns").mkdir()
    operator.types("nothing-yet", "plan")
    Path("campaigns/spring-renewals.yaml").write_text(INVALID, "utf-8")
    operator.project.write("other.YAML", "")
    operator.project.write("old.yaml.txt", "")
    operator.types("invalid-manifest", "validate")
    for path in ("other.YAML", "old.yaml.txt", "spring-renewals.yaml"):
        Path("campaigns", path).unlink()
    operator.writes()
    operator.types("slips", "plam")
    operator.types("slips", "plan", "-e", "stagign")
    operator.types("slips", "plan", "--select", "kore_sms_campaign.spring-renewal")
    operator.types("slips", "plan", "--allow", "imediate-start")
    operator.types("slips", "plan", "--target", "retenton")
    operator.types("output-paths", "plan", "--out", "missing/plan.json")
    operator.types("output-paths", "plan", "--out", "campaigns")
    operator.types("output-paths", "drift", "--metrics", "missing/drift.prom")


def _first_apply(operator: Operator) -> None:
    operator.types("first-plan", "plan")
    operator.types("saved-plan", "plan", "--out", "plan.json")
    operator.types("refused-at-a-gate", "apply", "--auto-approve")
    operator.types("new-environment", "ledger", "init", "--reason", "first run", "--auto-approve")
    operator.types("first-apply", "apply", "--auto-approve", "--allow", "immediate-start")
    operator.types("no-changes", "plan")
    operator.types("status", "status")
    operator.types("history", "history")
    operator.types("history", "history", ADDRESS)
    operator.types("locks", "lock", "list")


def _drift_and_moves(operator: Operator) -> None:
    campaign = operator.live("Spring renewals")
    operator.simulator.edit(campaign, {"priority": "1", "contactLists": ["Recent Visitors"]})
    operator.types("drift", "drift")
    operator.types("plan-after-drift", "plan")
    operator.simulator.edit(campaign, {"priority": "5", "contactLists": ["Spring Renewals 2026"]})
    Path("campaigns/spring-renewals.json").unlink()
    operator.writes("spring", name="Spring renewals")
    operator.types("moved", "plan")
    operator.types("moved", "apply", "--auto-approve")
    Path("campaigns/spring.json").unlink()
    operator.types("last-manifest-gone", "plan")
    operator.types("last-manifest-gone", "drift")
    operator.types("last-manifest-gone", "plan", "--prune")
    operator.writes("spring", name="Spring renewals")


def _by_hand(operator: Operator) -> None:
    operator.simulator.edit(operator.live("Spring renewals"), {"status": "Active"})
    operator.writes("spring", name="Spring renewals", priority="2")
    operator.types("by-hand", "plan")
    operator.types("by-hand", "apply", "--auto-approve")
    operator.simulator.edit(operator.live("Spring renewals"), {"status": "Ready"})
    operator.writes("spring", name="Spring renewals")


def _running(operator: Operator) -> None:
    address = "kore_sms_campaign.spring"
    often = ("schedule", address, "--daily", "1")
    operator.types("schedule", *often, "--from", "2026-12-01", "--until", "2026-12-24T09:00Z")
    operator.types("schedule", *often, "--from", "soon", "--until", "2026-12-24T09:00Z")
    operator.types("start", "start", address)
    operator.types("start", "start", address, "--auto-approve", "--allow", "reach-over-limit")
    operator.types("stop", "stop", address, "--reason", "wrong list")
    operator.types("status-while-stopped", "status")
    operator.types("stop", "stop", "--clear", address, "--reason", "list corrected")


def _unknown(operator: Operator) -> None:
    operator.writes("visit-survey", contactLists=["Recent Visitors"])
    operator.simulator.faults.add("kore.create:reset_before")
    operator.types("unknown-create", "apply", "--auto-approve")
    operator.types("unknown-create-planned", "plan")
    operator.types("unknown-create-planned", "history")
    operator.does(
        *("resolve", "kore_sms_campaign.visit-survey", "--not-created", "--reason", "looked")
    )


def _refused_credential(operator: Operator) -> None:
    for number in range(3):
        operator.writes(f"survey-{number}", contactLists=["Recent Visitors"])
    operator.simulator.faults.add("kore.create:status=401:2x9")
    allow = ("--allow", "duplicate-audience")
    operator.types("credential-refused", "apply", "--auto-approve", *allow)
    operator.simulator.faults.clear()
    for number in range(3):
        Path(f"campaigns/survey-{number}.json").unlink()


def _large_account(operator: Operator) -> None:
    for number in range(40):
        operator.simulator.seed_kore({"name": f"Old campaign {number:02}"})
    operator.types("import-dry-run", "import", "Old campaign 0*", "--dry-run")
    text = Path("reconciler.yaml").read_text("utf-8")
    Path("reconciler.yaml").write_text(text.replace("100000/minute", "20/minute"), "utf-8")
    operator.types("long-read", "import", "--all", "--parallelism", "1")


def _mistakes(operator: Operator) -> None:
    operator.writes()
    operator.types("wrong-folder", "plan", "-C", "..")
    operator.patch.delenv("KORE_JWT")
    operator.types("no-credential", "plan")
    operator.patch.setenv("KORE_JWT", "an-old-token")
    operator.types("no-credential", "plan")
    operator.patch.setenv("KORE_JWT", KORE_TOKEN)
    operator.writes("renewals", name="Spring renewals")
    operator.types("two-of-one-name", "validate")
    Path("campaigns/renewals.json").unlink()
    operator.does("ledger", "init", "--reason", "first run", "--auto-approve")
    operator.does("plan", "--out", "plan.json")
    operator.does("apply", "plan.json")
    operator.types("old-plan", "apply", "plan.json")
    operator.types("old-plan", "apply", "plam.json")
    operator.writes("visit-survey", contactLists=["Recent Visitors"])
    operator.types("drift-counts-pending", "drift", "--fail-on", "pending")
    operator.types("stop-everything", "stop")
    operator.types("stop-everything", "stop", "--all", "--reason", "wrong list")
    operator.does("stop", ADDRESS, "--reason", "wrong text")
    operator.types("stop-everything", "apply", "--auto-approve")
    operator.types("stop-everything", "stop", "--clear", "--reason", "list corrected")


STORY: tuple[Callable[[Operator], None], ...] = (
    _help,
    _slips,
    _first_apply,
    _drift_and_moves,
    _by_hand,
    _running,
    _unknown,
    _refused_credential,
    _large_account,
)


def play(folder: Path, width: int) -> dict[str, str]:
    """Every screen of the story, by name; the same each time."""
    screens: dict[str, str] = {}
    for name, story in (("days", STORY), ("mistakes", (_mistakes,))):
        with _stage(folder / name, width) as operator:
            for part in story:
                part(operator)
            screens |= operator.screens
    return screens
