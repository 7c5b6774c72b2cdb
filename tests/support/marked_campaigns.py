"""A project whose targets mark their campaigns, one campaign of each vendor, and expected marks."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.cli import Project, sms

OURS = "9b2c5f6e-6d0b-4b0e-9d0c-3f6a6f1d2a10"
THEIRS = "1d9a4f1c-8b7e-4c55-8a54-0f5f2c7d9e21"
QUICK = "sendsOnWrite: possibly\n        settle: 1s\n        readBack: 1s"
CARE: dict[str, object] = {"name": "Campaign renewal", "description": "Sends a link."}


@dataclass(frozen=True)
class Vendor:
    """One vendor's campaign `renewal`."""

    target: str
    address: str

    def write(self, project: Project, metadata: Tree | None = None, **spec: object) -> None:
        kore = self.target == "retention"
        document = sms("renewal", **spec) if kore else care(**spec)
        document["metadata"] = {"name": "renewal", **(metadata or {})}
        project.write("renewal.json", json.dumps(document))


KORE = Vendor("retention", "kore_sms_campaign.renewal")
CARECYCLE = Vendor("care", "carecycle_campaign.renewal")


def care(**spec: object) -> dict[str, object]:
    return {
        "apiVersion": "reconciler/v1",
        "kind": "CareCycleCampaign",
        "metadata": {},
        "spec": {**CARE, **spec},
    }


def configure(project: Project, id_: str = OURS, *, marker: bool = True, more: str = "") -> None:
    """Write the project file; `more` are keys for both targets."""
    keys = [*(["marker: description"] if marker else []), *([more] if more else [])]
    project.configure("\n        ".join([QUICK, *keys]))
    path = project.folder / "reconciler.yaml"
    text = path.read_text("utf-8")
    if id_:
        text = text.replace("kind: Project\n", f"kind: Project\nproject: {id_}\n")
    for key in ("settle: 1s", "readBack: 1s", *keys):
        text += f"        {key}\n"
    path.write_text(text, "utf-8")


def lose_ledger(project: Project) -> None:
    """Lose the ledger, and with it what this machine has seen of it."""
    shutil.rmtree(project.folder / ".reconciler")
    shutil.rmtree(Path(os.environ["XDG_STATE_HOME"]), ignore_errors=True)


def mark(vendor: Vendor, *, project: str = OURS, environment: str = "", address: str = "") -> str:
    """The mark as the specification states it."""
    words = [project, vendor.target, address or vendor.address]
    words += [environment] if environment else []
    return f"[rc-{_digest(project)}-{_digest(chr(0).join(words))}]"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def only(simulator: Simulator) -> Tree:
    (campaign,) = simulator.campaigns()
    return campaign


def description(simulator: Simulator) -> str:
    return str(only(simulator)["description"])
