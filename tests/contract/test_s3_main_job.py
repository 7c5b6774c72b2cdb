"""Plan, apply, plan with the ledger in S3 from moto, as a team's CI does."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.providers.kore.sample import SAMPLE
from reconciler.simulator.core import Simulator
from reconciler.simulator.seed import KORE_ACCOUNT_ID, KORE_APP_ID, KORE_TOKEN
from reconciler.simulator.server import serve
from tests.support.ledgers import BUCKET

pytestmark = pytest.mark.s3

PROJECT = """\
apiVersion: reconciler/v1
kind: Project
state: s3://{bucket}/main-job/state
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: {url}
        appId: {app}
        accountId: {account}
        auth: {{token: {{env: KORE_JWT}}}}
        sendsOnWrite: possibly
"""


@pytest.fixture
def runner(
    s3_config: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_config["endpoint"])
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_config["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_config["secret_access_key"])
    monkeypatch.setenv("AWS_REGION", s3_config["region"])
    monkeypatch.setenv("KORE_JWT", KORE_TOKEN)
    return monkeypatch


def test_the_second_runner_knows_what_the_first_one_did(
    runner: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    simulator = Simulator()
    with serve(simulator) as address:
        for name in ("first", "second"):
            folder = tmp_path / name
            (folder / "campaigns").mkdir(parents=True)
            (folder / "campaigns" / "renewal.yaml").write_text(SAMPLE.manifest, "utf-8")
            text = PROJECT.format(
                bucket=BUCKET, url=address.url, app=KORE_APP_ID, account=KORE_ACCOUNT_ID
            )
            (folder / "reconciler.yaml").write_text(text, "utf-8")
        runner.setenv("CI", "true")
        runner.setenv("RECONCILER_ALLOWED_STATE", f"s3://{BUCKET}")
        runner.setenv("RECONCILER_ALLOWED_HOSTS", address.url.removeprefix("http://"))
        assert run(["-C", "first", "apply", "--auto-approve"]) == 6
        init = ["-C", "first", "ledger", "init", "--reason", "new", "--auto-approve"]
        assert run(init) == 0
        assert run(["-C", "first", "apply", "--auto-approve"]) == 0
        assert run(["-C", "second", "plan", "--detailed-exitcode"]) == 0
        simulator.clear_requests()
        assert run(["-C", "second", "apply", "--auto-approve"]) == 0
        assert {one.operation for one in simulator.requests()} == {"kore.list"}
    assert len(simulator.campaigns()) == 1
