import json
import os
import subprocess
import sys

import pytest

from reconciler.ledger.gone_holder import is_gone, process_identity


def test_this_process_is_alive() -> None:
    assert is_gone(process_identity()) is False


@pytest.mark.parametrize("key", ["boot_id", "pid_namespace"])
def test_nothing_is_proven_about_another_machine_or_container(key: str) -> None:
    assert is_gone({**process_identity(), "pid": "999999999", key: "other"}) is False


@pytest.mark.parametrize("missing", ["boot_id", "pid_namespace", "pid", "started"])
def test_nothing_is_proven_from_half_an_identity(missing: str) -> None:
    identity = dict(process_identity())
    del identity[missing]
    assert is_gone(identity) is False


def test_a_number_that_another_process_got_means_gone() -> None:
    assert is_gone({**process_identity(), "started": "1"}) is True


def test_a_process_that_ended_is_gone_before_its_parent_waits_for_it() -> None:
    program = (
        "import json; from reconciler.ledger.gone_holder import process_identity as who; "
        "print(json.dumps(dict(who())), flush=True)"
    )
    command = [sys.executable, "-c", program]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    identity = json.loads(child.stdout.read())
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(identity) is True
    child.communicate()
