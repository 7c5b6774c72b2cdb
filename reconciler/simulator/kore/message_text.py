"""What Kore.ai takes as a name and as the text of a plain SMS (docs/vendors/kore.md 7.4, 14.22)."""

import base64
import re
from urllib.parse import unquote

from reconciler.resources.tree import Tree
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, branch, text

_SAMPLED = re.compile(r"[A-Za-z0-9 .|-]*")
_VARIABLE = re.compile(r"\{\{\s*[\w.]+\s*\}\}")


def message_text(body: Tree) -> str:
    """The text of a body as people read it, sent plain or as base64, percent-encoded or not."""
    said = text(branch(body, "message"), "message")
    try:
        return base64.b64decode(unquote(said), validate=True).decode()
    except ValueError:
        return said


def check_texts(body: Tree, kind: str, switches: KoreSwitches) -> None:
    """Refuse characters of a name, and variables of a text, that a switch rules out."""
    if switches.name_characters == "as_in_samples" and not _SAMPLED.fullmatch(text(body, "name")):
        raise Refused("invalid", "name has a character that is not allowed")
    if kind != "simple" or switches.message_variables == "any":
        return
    found = message_text(body)
    if switches.message_variables == "double_braces":
        found = _VARIABLE.sub("", found)
    if "{" in found or "}" in found:
        raise Refused("invalid", "message.message has a variable that is not known")
