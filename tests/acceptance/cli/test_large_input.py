"""Input of strangers costs seconds, not minutes, however it is made."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

MANY = 50_000


@contextmanager
def soon(seconds: float) -> Iterator[None]:
    """The block takes no more processor time than this."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def test_a_manifest_of_one_character_is_refused_at_once(run_line: Line, project: Project) -> None:
    project.write("a.yaml", f"a: {'!' * 900_000}\n")
    with soon(2):
        result = run_line("validate")
    assert result.code == 3
    assert "repeated more than 10,000 times" in result.err
    assert "campaigns/a.yaml:1:4" in result.err


@contextmanager
def nested(folder: Path, name: str) -> Iterator[None]:
    """Very many folders in each other, made and removed step by step: neither way may recurse."""
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(1_500):
            Path(name).mkdir()
            os.chdir(name)
        os.chdir(here)
        yield
    finally:
        os.chdir(folder)
        depth = 0
        while Path(name).is_dir():
            os.chdir(name)
            depth += 1
        for _ in range(depth):
            os.chdir("..")
            Path(name).rmdir()
        os.chdir(here)


def test_folders_may_nest_deeply(run_line: Line, project: Project) -> None:
    project.sms()
    with nested(project.folder / "campaigns", "d"), soon(10):
        result = run_line("validate")
    assert result.code == 0, result.err


@pytest.mark.skipif(sys.platform == "win32", reason="its paths have another limit")
def test_a_folder_that_no_path_can_name_is_an_error(run_line: Line, project: Project) -> None:
    project.sms()
    with nested(project.folder / "campaigns", "deep"), soon(10):
        result = run_line("validate")
    assert result.code == 3
    assert "cannot be read: File name too long" in result.err


@pytest.mark.parametrize(
    ("command", "code"),
    [(("plan",), 0), (("plan", "--json"), 0), (("drift",), 2), (("status",), 0)],
)
def test_a_campaign_with_very_many_lists_is_compared(
    run_line: Line, project: Project, simulator: Simulator, command: tuple[str, ...], code: int
) -> None:
    project.sms()
    assert run_line("apply", "--auto-approve").code == 0
    lists: list[JsonValue] = [f"List {number}" for number in range(MANY)]
    changed: Tree = {"contactLists": lists, "description": "line\n" * MANY}
    simulator.edit(str(simulator.campaigns()[0]["id"]), changed)
    with soon(10):
        result = run_line(*command)
    assert result.code == code, result.err
