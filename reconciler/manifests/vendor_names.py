"""What is wrong with the name that a manifest gives its campaign at the vendor.

A name with a blank at an end, a control character or an invisible character looks like another one,
so nobody can tell the two campaigns apart. A live campaign may have such a name: then its id is the
way to manage it.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.diagnostics import Diagnostic, Severity
from reconciler.located_yaml.problems import Subject
from reconciler.resources.name_spelling import mixed_alphabets, spelling_fault
from reconciler.resources.tree import Tree

NAME_CHARACTERS = "name-characters"
MIXED_ALPHABETS = "mixed-alphabets"


def name_problems(subject: Subject, spec: Tree, *, pinned: bool) -> Iterator[Diagnostic]:
    """An error, or a warning where `metadata.remoteId` names the campaign, about `spec.name`.

    Letters of several alphabets in one word are a warning, because they may be meant.
    """
    name = str(spec["name"])
    if fault := spelling_fault(name):
        detail = (
            "The campaign is known by metadata.remoteId, so the name may stay as it is."
            if pinned
            else "Write the name without it. To manage a live campaign that has this name, set "
            "metadata.remoteId to its id."
        )
        problem = subject.problem(NAME_CHARACTERS, f"spec.name {fault}", detail, loc=("name",))
        yield _as_warning(problem) if pinned else problem
    if mixture := mixed_alphabets(name):
        detail = (
            "Nobody can see it, and the vendor takes it for another name. Write the word in one "
            "alphabet, unless this is meant."
        )
        yield _as_warning(
            subject.problem(MIXED_ALPHABETS, f"spec.name {mixture}", detail, loc=("name",))
        )


def _as_warning(problem: Diagnostic) -> Diagnostic:
    return replace(problem, severity=Severity.WARNING)
