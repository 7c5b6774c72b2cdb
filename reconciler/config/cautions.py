"""What a project file asks for and the operator does not allow on this machine, as warnings.

Whoever is about to use such a thing refuses. `validate` only warns, because it may run on a machine
that has no credentials.
"""

from collections.abc import Iterator
from pathlib import Path

from reconciler.config.allowed_credentials import NoFolder, NotAllowed, Operator, require_allowed
from reconciler.config.located import TargetNode, target_nodes
from reconciler.config.secrets import parse_id
from reconciler.diagnostics import Diagnostic, warning
from reconciler.located_yaml.node import Document

NOT_ALLOWED = "not-allowed-here"


def cautions(document: Document, root: Path, allowed: Operator) -> Iterator[Diagnostic]:
    """A warning for each credential that no command would use."""
    for target in target_nodes(document.root):
        yield from _credentials(target, document, root, allowed)


def _credentials(
    target: TargetNode, document: Document, root: Path, allowed: Operator
) -> Iterator[Diagnostic]:
    provider, auth = target.text("provider"), target.node.get("auth")
    for node in {} if auth is None or not provider else auth.entries().values():
        try:
            require_allowed(parse_id(node.value), provider, root, allowed)
        except (NoFolder, ValueError):  # not known on this machine, or an error of its own
            continue
        except NotAllowed as problem:
            place = document.value_range(node)
            yield warning(NOT_ALLOWED, str(problem), problem.advice, source=place)
