"""The shell scripts of `examples/ci`, with a stand-in for reconciler that notes how it is called.

`examples/ci/try-it.sh` plays them with reconciler itself.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "examples/ci/scripts"
CHANGES = "c" * 64
HEADING = f"Environment production\n  sha256: {'a' * 64}\n  changes_sha256: {CHANGES}"
STAND_IN = """\
#!/bin/sh
echo "$*" >> "$CALLS"
[ -z "${{NEEDS_PIPE:-}}" ] || [ -p /dev/stdout ] || exit 99
case $1 in
  plan)
    echo '{heading}'; echo 'Bills of June'
    printf '{{"applyable":%s,}}' "${{APPLYABLE:-true}}" > plan-production.json
    exit ${{PLAN_CODE:-0}} ;;
  apply) echo 'Bills of June'; exit ${{APPLY_CODE:-0}} ;;
  drift)
    echo 'Bills of June' | tee /dev/stderr
    echo '::error file=a.yaml::no such list' >&2; exit ${{DRIFT_CODE:-0}} ;;
esac
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def calls(tmp_path: Path) -> Callable[[], list[str]]:
    path = tmp_path / "calls"
    return lambda: path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.fixture
def sh(tmp_path: Path) -> Run:
    """Run a script in an empty folder."""
    stand_in = tmp_path / "bin" / "reconciler"
    stand_in.parent.mkdir()
    stand_in.write_text(STAND_IN.format(heading=HEADING), "utf-8")
    stand_in.chmod(0o755)
    (tmp_path / "project").mkdir()

    def sh(script: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = f"{stand_in.parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", str(SCRIPTS / script), *words],
            cwd=tmp_path / "project",
            env={"PATH": path, "CALLS": str(tmp_path / "calls"), **variables},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return sh


def test_a_plan_is_saved_and_says_what_binds_an_apply_to_it(
    sh: Run, calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "project" / "changes-production.txt").write_text("old", "utf-8")
    ran = sh("plan.sh", "production", HEAD_COMMIT="abc")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{HEADING}\nBills of June\n  head commit: abc\n"
    assert calls() == [
        "plan -e production --out plan-production.json --markdown plan-production.md"
    ]
    assert (tmp_path / "project" / "changes-production.txt").read_text("utf-8") == f"{CHANGES}\n"


@pytest.mark.parametrize("redact", ["", "lists,texts"])
@pytest.mark.parametrize("code", ["1", "3", "7"])
def test_a_plan_that_fails_fails_its_job(sh: Run, code: str, redact: str) -> None:
    ran = sh("plan.sh", "production", PLAN_CODE=code, REDACT=redact)
    assert (ran.returncode, ran.stderr) == (int(code), "")


@pytest.mark.parametrize("redact", ["", "lists,texts"])
def test_reconciler_writes_into_a_pipe_as_into_the_log_of_a_job(sh: Run, redact: str) -> None:
    # Into a file it would write neither annotations nor the brackets around foreign text.
    for script, *words in (("plan.sh",), ("drift.sh",), ("apply.sh", "plan.json", "ab")):
        ran = sh(script, "production", *words, REDACT=redact, NEEDS_PIPE="yes")
        assert ran.returncode == 0, script


def test_the_log_of_a_public_repository_shows_hashes_and_no_lists(
    sh: Run, calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "project" / "changes-production.txt").write_text(CHANGES, "utf-8")
    public = {"REDACT": "lists,texts"}
    digest = hashlib.sha256(CHANGES.encode()).hexdigest()
    shown = [
        sh("plan.sh", "production", **public),
        sh("drift.sh", "production", **public),
        sh("apply.sh", "production", "plan-production.json", "0" * 64, **public),
        sh("apply.sh", "production", "changes-production.txt", digest, **public),
    ]
    assert all("Bills" not in ran.stdout + ran.stderr for ran in shown)
    assert CHANGES in shown[0].stdout
    assert shown[1].stdout == "::error file=a.yaml::no such list\n"
    assert all("--redact lists,texts" in call for call in calls())


def test_exactly_the_reviewed_plan_is_applied(sh: Run, calls: Callable[[], list[str]]) -> None:
    ran = sh("apply.sh", "production", "plan.json", "ab", ALLOW="delete, recreate")
    assert ran.returncode == 0
    assert calls() == ["apply plan.json --expect-sha256 ab --allow delete --allow recreate"]


def test_without_a_plan_file_the_hash_of_its_changes_binds(
    sh: Run, calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "project" / "changes-production.txt"
    file.write_text(f"{CHANGES}\n", "utf-8")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert sh("apply.sh", "production", file.name, digest).returncode == 0
    assert calls() == [f"apply -e production --auto-approve --expect-changes {CHANGES}"]
    for file_name, hash_ in ((file.name, "0" * 64), ("missing.txt", digest)):
        assert sh("apply.sh", "production", file_name, hash_).returncode == 6
    assert [call.split()[0] for call in calls()] == ["apply", "plan", "plan"]


def test_a_refusal_shows_the_new_plan_and_waits_for_a_person(
    sh: Run, calls: Callable[[], list[str]]
) -> None:
    for words in (("plan.json", "ab"), ("", "")):
        ran = sh("apply.sh", "production", *words, APPLY_CODE="6", PLAN_CODE="7")
        assert ran.returncode == 6
        assert CHANGES in ran.stdout
        assert ran.stderr.endswith("A person looks at this plan, and starts a new run by hand.\n")
    assert [call.split()[0] for call in calls()] == ["apply", "plan", "plan"]


def test_a_refusal_on_github_ends_with_the_command_that_goes_on(sh: Run) -> None:
    workflow = "acme/campaigns/.github/workflows/apply-staging.yml@refs/heads/main"
    ran = sh("apply.sh", "production", GITHUB_RUN_ID="42", GITHUB_WORKFLOW_REF=workflow)
    assert ran.returncode == 6
    assert "\n    gh workflow run apply-staging.yml -f run=42\n" in ran.stderr
    assert "-f allow=GATE,GATE" in ran.stderr


def test_if_the_new_plan_fails_there_is_nothing_to_look_at(sh: Run) -> None:
    ran = sh("apply.sh", "production", "plan.json", "ab", APPLY_CODE="6", PLAN_CODE="4")
    assert ran.returncode == 6
    assert ran.stderr == "The new plan failed (4). Start the job again when the cause is gone.\n"


@pytest.mark.parametrize("reviewed", [(), ("plan.json", "ab")], ids=["nothing", "a used plan"])
def test_where_nothing_is_left_to_apply_a_job_succeeds(sh: Run, reviewed: tuple[str, ...]) -> None:
    nothing = {"APPLYABLE": "false", "APPLY_CODE": "6"}
    ran = sh("apply.sh", "production", *reviewed, **nothing)
    assert (ran.returncode, "Nothing is left to apply." in ran.stdout) == (0, True)
    assert sh("apply.sh", "production", *reviewed, **nothing, PLAN_CODE="1").returncode == 6


@pytest.mark.parametrize("script", ["plan.sh", "apply.sh", "drift.sh", "fork.sh"])
def test_a_script_without_its_argument_says_how_it_is_used(
    sh: Run, calls: Callable[[], list[str]], script: str
) -> None:
    ran = sh(script)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.startswith(f"usage: {script} ")
    assert calls() == []


@pytest.mark.parametrize("code", ["1", "3", "4", "5", "7"])
def test_any_other_failure_of_an_apply_is_the_end(
    sh: Run, calls: Callable[[], list[str]], code: str
) -> None:
    assert sh("apply.sh", "production", "plan.json", "ab", APPLY_CODE=code).returncode == int(code)
    assert len(calls()) == 1


@pytest.mark.parametrize("redact", ["", "lists,texts"])
def test_drift_keeps_its_exit_code(sh: Run, calls: Callable[[], list[str]], redact: str) -> None:
    assert sh("drift.sh", "production", DRIFT_CODE="2", REDACT=redact).returncode == 2
    assert sh("drift.sh", "production", "-q", REDACT=redact).returncode == 0
    drift = "drift -e production --issue drift-production.md"
    hidden = f" --redact {redact}" if redact else ""
    assert calls() == [f"{drift}{hidden}", f"{drift} -q{hidden}"]


def test_scripts_work_in_the_folder_of_the_project(
    sh: Run, calls: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "project" / "sms").mkdir()
    ran = sh("apply.sh", "production", "", "", PROJECT="sms")
    assert ran.returncode == 6
    assert (tmp_path / "project" / "sms" / "plan-production.json").exists()
    assert sh("plan.sh", "production", PROJECT="voice").returncode == 3
    assert len(calls()) == 1


def test_a_fork_learns_who_can_start_its_plan(sh: Run, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    assert sh("fork.sh", "12", GITHUB_STEP_SUMMARY=str(summary)).returncode == 0
    text = summary.read_text("utf-8")
    assert "There is no plan: this pull request comes from a fork" in text
    assert "git fetch origin pull/12/head:fork-12" in text
    assert sh("fork.sh", "12").stdout == text
    assert sh("fork.sh", "twelve").returncode == 3
