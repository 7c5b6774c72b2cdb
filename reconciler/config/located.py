"""Targets of a project file as written, and errors at places in that file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.node import Document, Loc, Node

Report = Callable[[str, str, str, Loc], Diagnostic]
"""Code, summary, detail and place into an error."""


@dataclass(frozen=True, slots=True)
class TargetNode:
    """A target of the file, as written."""

    loc: Loc
    node: Node

    @property
    def environment(self) -> str:
        """The name of the target's environment."""
        return str(self.loc[1])

    @property
    def shared(self) -> bool:
        """Whether the target has `shared: true`."""
        child = self.node.get("shared")
        return child is not None and child.value is True

    def text(self, key: str) -> str:
        """The text at a key, "" for anything else."""
        child = self.node.get(key)
        return child.value if child is not None and isinstance(child.value, str) else ""


def target_nodes(root: Node) -> Iterator[TargetNode]:
    """Every target of every environment."""
    for environment, node in entries(root, "environments").items():
        for name, target in entries(node, "targets").items():
            yield TargetNode(("environments", environment, "targets", name), target)


def entries(node: Node, key: str) -> dict[str, Node]:
    """The entries of the mapping at a key."""
    child = node.get(key)
    return {} if child is None else dict(child.entries())


def reporter(document: Document) -> Report:
    """Makes errors at places in this document, or at the nearest place that exists."""

    def report(code: str, summary: str, detail: str, loc: Loc) -> Diagnostic:
        node, found = document.root.nearest(loc)
        place = document.value_range(node) if found == len(loc) else document.key_range(node)
        return error(code, summary, detail, source=place)

    return report
