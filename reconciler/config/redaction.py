"""Diagnostics of a project file, without source lines that may hold a credential.

Safe by default: a line is shown only if every text on it is the value of a checked setting.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.config.secrets import parse_reference
from reconciler.config.sections import ProjectSection
from reconciler.diagnostics import Diagnostic
from reconciler.located_yaml.node import Document, Loc, Node
from reconciler.located_yaml.problems import known_keys

_MARKS = frozenset("@?#")
"""In a URL, a login, a query or a fragment, which may be secret, stands beside one of these."""


def without_secrets(found: Iterable[Diagnostic], document: Document) -> list[Diagnostic]:
    """The same diagnostics, without source lines that may hold a credential."""
    found = list(found)
    if not found:
        return found
    secret = {line for node in _suspects(document.root, ()) for line in _lines(node)}
    return [
        replace(diagnostic, source=replace(diagnostic.source, code=""))
        if diagnostic.source is not None and diagnostic.source.start.line - 1 in secret
        else diagnostic
        for diagnostic in found
    ]


def _suspects(node: Node, loc: Loc) -> Iterator[Node]:
    """Nodes that may hold a credential: literals in `auth`, unknown keys, URLs with a query."""
    if node.children is None:
        astray = isinstance(node.value, str) and bool(known_keys(ProjectSection, loc))
        if astray or "auth" in loc or not _MARKS.isdisjoint(str(node.value)):
            yield node
        return
    if "auth" in loc and _is_reference(node):
        return
    if isinstance(node.children, list):
        for index, child in enumerate(node.children):
            yield from _suspects(child, (*loc, index))
        return
    known = known_keys(ProjectSection, loc)
    for key, child in node.children.items():
        named_by_user = len(loc) in (1, 3) and loc[0] == "environments"
        if key in known or named_by_user or loc[-1:] == ("rules",):
            yield from _suspects(child, (*loc, key))
        else:
            yield child


def _is_reference(node: Node) -> bool:
    try:
        parse_reference(node.value)
    except ValueError:
        return False
    return True


def _lines(node: Node) -> Iterator[int]:
    """The lines, from 0, of a value and its key."""
    if node.key is not None:
        yield node.key.line
    end = node.start if node.end is None else node.end
    yield from range(node.start.line, end.line + 1)
    children = node.children.values() if isinstance(node.children, dict) else node.children
    for child in children or ():
        yield from _lines(child)
