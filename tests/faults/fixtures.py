"""The project that schedules play on: real files, read once, of which each takes a few campaigns.

Two targets: Kore.ai with SMS and voice, and CareCycle.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from reconciler.address import Address
from reconciler.config.project import Project
from reconciler.ledger.base import Ledger
from reconciler.ledger.high_water import HighWaterMark
from reconciler.providers.wire import Handler
from reconciler.resources.base import Desired, Lifecycle
from reconciler.simulator.seed import (
    CARECYCLE_API_KEY,
    KORE_ACCOUNT_ID,
    KORE_APP_ID,
    KORE_TOKEN,
)
from reconciler.workflow.session import Manifests, Options, Session
from tests.support.memory_folder import memory_folder

ENVIRON = {"KORE_JWT": KORE_TOKEN, "CARECYCLE_API_KEY": CARECYCLE_API_KEY}
ENVIRONMENT = "staging"
KINDS = ("sms", "voice", "care")
TYPES = {"sms": "kore_sms_campaign", "voice": "kore_voice_campaign", "care": "carecycle_campaign"}
LARGE = 10**6
PROJECT_ID = "9b2c5f6e-6d0b-4b0e-9d0c-3f6a6f1d2a10"


def project_text(
    url: str = "http://127.0.0.1:9",
    *,
    rate: str = "99999/second",
    absent_after: str = "",
    patience: str = "readBack: 20s, settle: 40s",
    timeout: str = "60s",
    environment: str = ENVIRONMENT,
    marker: bool = False,
) -> str:
    """A project file with both targets; each of them has the keys `patience`."""
    id_ = f"project: {PROJECT_ID}\n" if marker else ""
    patience = f"{patience}, marker: description" if marker else patience
    absent = f", absentAfter: {absent_after}" if absent_after else ""
    common = (
        f"baseUrl: '{url}', rateLimit: {rate}, {patience}{absent}, "
        f"timeouts: {{create: {timeout}, read: 30s}}"
    )
    return f"""\
apiVersion: reconciler/v1
kind: Project
{id_}manifests: [campaigns]
state: state.db
environments:
  {environment}:
    safety: {{maxCreates: {LARGE}, maxUpdatePercent: 100, maxDeletePercent: 100}}
    targets:
      kore: {{provider: kore, appId: {KORE_APP_ID}, accountId: {KORE_ACCOUNT_ID},
        auth: {{token: {{env: KORE_JWT}}}}, sendsOnWrite: never, {common}}}
      care: {{provider: carecycle, auth: {{apiKey: {{env: CARECYCLE_API_KEY}}}}, {common}}}
"""


_HOURS = """\
  dialingStrategy:
    callerId: {phoneNumber: "+12025550123"}
    callingHours:
      frequency: WEEKLY
      timezone: America/New_York
      days: [{day: MO-FR, start: "9:00 AM", end: "6:00 PM"}]
"""
_SMS = f"{_HOURS}  experienceFlowName: SMS Support Flow\n"
_VOICE = f"""\
  dncLists: {{name: Do Not Contact}}
  dialingMode: Agentless
  enableMachineDetect: "no"
  priority: 3
{_HOURS}    dialingOrder: FIFO
    maxAttemptsPerRecord: 3
    defaultRetryPeriod: 10
    maxRingTime: 30
  experienceFlowName: Visit Survey Flow
"""
CARE_TEXT = "We tried to call you."
"""Part of what a CareCycle campaign gets by the request that follows its create."""
_CARE = f"""\
  redial: true
  smsContent: {{redial: {CARE_TEXT}}}
"""
_SPECS = {
    "sms": ("KoreSmsCampaign", _SMS),
    "voice": ("KoreVoiceCampaign", _VOICE),
    "care": ("CareCycleCampaign", _CARE),
}
_LISTS = ("Renewal Due - May/June 2025", "Spring Renewals 2026", "Recent Visitors")


def manifest(kind: str, number: int) -> str:
    """One campaign's YAML document."""
    name, rest = _SPECS[kind]
    target = "care" if kind == "care" else "kore"
    lists = "" if kind == "care" else f"  contactLists: [{_LISTS[number % 3]!r}]\n"
    return (
        f"apiVersion: reconciler/v1\nkind: {name}\n"
        f"metadata: {{name: {kind}-{number}, target: {target}}}\n"
        f"spec:\n  name: {kind.title()} {number}\n  description: first\n{lists}{rest}"
    )


def write_project(folder: Path, text: str, wanted: list[tuple[str, int]]) -> None:
    """Put a project with these campaigns into a folder."""
    (folder / "campaigns").mkdir(parents=True, exist_ok=True)
    (folder / "reconciler.yaml").write_text(text, "utf-8")
    documents = "---\n".join(manifest(kind, number) for kind, number in wanted)
    (folder / "campaigns" / "all.yaml").write_text(documents, "utf-8")


@cache
def scratch() -> Path:
    """This process's folder, in memory if the machine allows that."""
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=memory_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def project(text: str) -> Project:
    """A project file, read and checked by the product."""
    return _loader(text).project


@cache
def catalogue() -> Mapping[str, Desired]:
    """Three campaigns of each kind as the product's own loader reads them, by resource name."""
    found = _loader(project_text()).load(ENVIRONMENT).desired[ENVIRONMENT]
    return {one.address.name: one for one in found}


def _loader(text: str) -> Session:
    folder = Path(tempfile.mkdtemp(dir=scratch()))
    write_project(folder, text, [(kind, number) for kind in KINDS for number in (1, 2, 3)])
    return Session(Options(directory=folder), environ=ENVIRON)


def edited(one: Desired, description: str) -> Desired:
    """The manifest with another description."""
    return replace(one, spec={**one.spec, "description": description})


def retired(one: Desired) -> Desired:
    """The manifest with `lifecycle: retired`."""
    return replace(one, metadata=replace(one.metadata, lifecycle=Lifecycle.RETIRED))


def address_of(name: str) -> Address:
    """The address of a resource name of the catalogue."""
    return catalogue()[name].address


@dataclass(frozen=True)
class ScheduledSession(Session):
    """A session whose files were read before, with a watched ledger."""

    wanted: tuple[Desired, ...] = ()
    text: str = ""
    state: Path = Path()
    watched: Ledger | None = None
    others: Callable[[str], Ledger] | None = None
    """The ledger of another environment."""

    @property
    def project(self) -> Project:
        """See `Session.project`."""
        return project(self.text)

    @property
    def recovery_folder(self) -> Path:
        """See `Session.recovery_folder`."""
        return self.state.parent

    @property
    def who(self) -> str:
        """See `Session.who`."""
        return "operator"

    @property
    def host(self) -> str:
        """See `Session.host`."""
        return "here"

    def high_water(self, environment: str | None = None) -> HighWaterMark:
        """See `Session.high_water`."""
        return high_water(self.state, environment or self.environment.name)

    def open_ledger(self, environment: str | None = None) -> Ledger:
        """See `Session.open_ledger`."""
        own = environment in (None, self.environment.name)
        found = self.watched if own else self.others and self.others(str(environment))
        if found is None:
            raise AssertionError("a scheduled session has a watched ledger")
        return found

    def load(self, environment: str | None = None) -> Manifests:
        """See `Session.load`."""
        return Manifests({environment or ENVIRONMENT: self.wanted}, ())


def high_water(state: Path, environment: str) -> HighWaterMark:
    """What the machine, which all operators of a schedule share, has seen of a ledger."""
    return HighWaterMark(state.parent / "machine", str(state), environment)


def handlers(handler: Handler) -> dict[str, Handler]:
    """One handler for both targets."""
    return {"kore": handler, "care": handler}
