"""A valid spec into warnings about what its author probably did not mean.

Reads the located nodes, because a text that a comment cuts short looks whole as a value. Never
repeats a message's text.
"""

import re
from collections.abc import Iterator

from reconciler.diagnostics import Diagnostic, warning
from reconciler.located_yaml.node import Node
from reconciler.manifests.references import Manifest
from reconciler.resources.base import Field
from reconciler.resources.kinds import unusual_values
from reconciler.resources.name_spelling import described
from reconciler.resources.tree import Tree, at, has

UNUSUAL = "unusual-value"
"""A value that may be live, but that no create or update sends."""
_LEFT_ALONE = "If the live campaign has it, it is left alone. No create and no update sends it."
_NAME = "name"
_PLACEHOLDERS = (
    re.compile(r"\$\{[^{}]{0,40}\}?"),
    re.compile(r"%[A-Za-z][A-Za-z0-9_]{0,40}%"),
    re.compile(r"<<[^<>]{0,40}>>"),
)
_BRACES = re.compile(r"\{\{|\}\}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202d\u202e\ufeff]")
"""Controls, blanks without width, and what turns letters round. Joiners and other marks of
direction are not among them: emoji and some languages need these."""
_NOT_PLAIN = frozenset("\"'|>*&!")


def slips(manifest: Manifest, spec: Node, declared: Tree, canonical: Tree) -> Iterator[Diagnostic]:
    """The warnings about a spec: `declared` as it is written, `canonical` as it is compared."""

    def about(path: str, code: str, problem: str, advice: str) -> Diagnostic:
        node, _ = spec.nearest(tuple(path.split(".")))
        return warning(
            code,
            f"spec.{path} {problem}",
            advice,
            source=manifest.document.value_range(node),
            address=manifest.address,
        )

    for path, why in unusual_values(manifest.kind, canonical):
        yield about(path, UNUSUAL, f"is unusual: {why}", _LEFT_ALONE)
    for row in manifest.kind.fields:
        if not has(declared, row.path):
            continue
        if doubt := row.doubt(at(declared, row.path)):
            yield about(row.path, "doubtful-value", f"may not be what you mean: {doubt}", "")
        if row.prose:
            for code, problem, advice in _of_prose(manifest, spec, row, declared):
                yield about(row.path, code, problem, advice)


def _of_prose(
    manifest: Manifest, spec: Node, row: Field, declared: Tree
) -> Iterator[tuple[str, str, str]]:
    text = at(declared, row.path)
    if not isinstance(text, str):
        return
    if text != text.rstrip() and row.path != _NAME:
        advice = "Write |- or >- in place of | or >." if text.endswith("\n") else ""
        yield "trailing-space", "ends with white space, which is not sent", advice
    for found in _placeholders(text):
        advice = "Write the text that people should read; reconciler replaces nothing in it."
        yield "placeholder", f"has {found}, which looks like a placeholder", advice
    unseen = _UNSEEN.search(text) if row.path != _NAME else None
    if unseen is not None:
        where = f"at position {unseen.start() + 1}: {described(unseen[0])}"
        problem = f"has a character that nobody sees {where}"
        yield "unseen-character", problem, "It would be sent. Write the text without it."
    node = spec.at(*row.path.split("."))
    if node is not None and _cut_by_comment(manifest, node):
        problem = "ends before #, because YAML takes the rest of the line for a comment"
        yield "comment-in-text", problem, "Put quotes around the text."


def _placeholders(text: str) -> Iterator[str]:
    for pattern in _PLACEHOLDERS:
        if found := pattern.search(text):
            yield found[0]
    depth = 0
    for brace in _BRACES.findall(text):
        depth += 1 if brace == "{{" else -1
        if depth not in (0, 1):
            break
    if depth:
        yield "{{ without }}" if depth > 0 else "}} without {{"


def _cut_by_comment(manifest: Manifest, node: Node) -> bool:
    """Whether an unquoted text is followed by a comment on its line."""
    source = manifest.document.source
    if node.end is None or source.line(node.start.line)[node.start.column :][:1] in _NOT_PLAIN:
        return False
    return source.line(node.end.line)[node.end.column :].lstrip().startswith("#")
