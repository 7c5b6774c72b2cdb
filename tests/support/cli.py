"""The command line's result, and the project on disk that a test works in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ledgers import open_new

PROJECT = """\
apiVersion: reconciler/v1
kind: Project
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: {url}
        api: {api}
        appId: st-11111111-2222-5333-8444-555555555555
        accountId: 67777ce93e25326494e90000
        auth: {{token: {{env: KORE_JWT}}}}
        rateLimit: 100000/minute
        {more}
      care:
        provider: carecycle
        baseUrl: {url}
        auth: {{apiKey: {{env: CARECYCLE_API_KEY}}}}
        rateLimit: 100000/minute
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Line = Callable[..., Result]
READERS = frozenset({"drift", "plan", "show", "status", "validate"})
"""Commands that may ask no vendor for a change."""


class Project:
    """The folder a test works in."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.configure()

    def configure(self, more: str = "sendsOnWrite: possibly", api: str = "v2") -> None:
        text = PROJECT.format(url=self.url, more=more, api=api)
        (self.folder / "reconciler.yaml").write_text(text, "utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / "campaigns" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def open_new(self, environment: str = "staging") -> None:
        """Write the note of `ledger init` into the project's ledger file."""
        open_new(self.folder / ".reconciler" / "state.db", environment)

    def sms(self, name: str = "renewal", /, **spec: object) -> Path:
        return self.write(f"{name}.json", json.dumps(sms(name, **spec)))

    def care(self, name: str = "check-up", /, **spec: object) -> Path:
        return self.write(f"{name}.json", json.dumps(care(name, **spec)))

    def pin(self, path: Path, remote_id: str) -> None:
        manifest = json.loads(path.read_text("utf-8"))
        manifest["metadata"]["remoteId"] = remote_id
        path.write_text(json.dumps(manifest), "utf-8")


def sms(name: str, /, **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "reconciler/v1",
        "kind": "KoreSmsCampaign",
        "metadata": {"name": name},
        "spec": {
            "name": f"Campaign {name}",
            "description": "Sends a link.",
            "contactLists": ["Spring Renewals 2026"],
            "dialingStrategy": {
                "callerId": {"phoneNumber": "+12025550123"},
                "callingHours": {
                    "frequency": "WEEKLY",
                    "timezone": "America/New_York",
                    "days": [{"day": "MO-FR", "start": "9:00 AM", "end": "6:00 PM"}],
                },
            },
            "experienceFlowName": "Renewal Assistant Flow",
            **spec,
        },
    }


def care(name: str, /, **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "reconciler/v1",
        "kind": "CareCycleCampaign",
        "metadata": {"name": name},
        "spec": {"name": f"Campaign {name}", "description": "Reminds.", **spec},
    }
