"""A manifest as values into the YAML text that a person would have written.

Short values go on one line, long text is folded, and anything that YAML could read as something
else is quoted: times, telephone numbers, `no`. Only characters that could hide or reverse text
(control characters, right-to-left marks) are escaped. There is no `$schema` line, because the place
of the schema is not known.
"""

import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.emitter import RoundTripEmitter, ScalarAnalysis
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
)

from reconciler.located_yaml.node import Loc
from reconciler.located_yaml.problems import known_keys
from reconciler.located_yaml.scalars import resolve_scalar
from reconciler.manifests.envelope import API_VERSION, MetadataSection
from reconciler.resources.base import Kind
from reconciler.resources.tree import Tree
from reconciler.safe_text import is_safe

_INLINE = 72
"""Length of the longest value, as JSON, that stays on one line."""
_LINE = 90
_WHOLE_LINE = 1 << 20
_LEVEL = 2
# YAML 1.1 reads these as booleans; people and other tools may, too.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/.,'+&%!;-]*[\w.)!%])?")
_PLAIN_INLINE = re.compile(r"[^\W\d_](?:[\w ()/.+-]*[\w.)])?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORDS_AND_SPACES = re.compile(r"[^\s#>|](?:\S| (?=\S))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestText:
    """The content of a document. `metadata` has the manifest's keys, `spec` the vendor's."""

    kind: Kind
    metadata: Tree
    spec: Tree
    comments: Mapping[str, str] = field(default_factory=dict)
    """Comments above keys of the spec, by key."""


def write(manifest: ManifestText) -> str:
    """A document; the C scanner and the pure one both read the same values from it."""
    spec = _block(_ordered(manifest.spec, manifest.kind, ()))
    for key, remark in manifest.comments.items():
        spec.yaml_set_comment_before_after_key(key, before=remark, indent=_LEVEL)
    metadata = {
        key: manifest.metadata[key]
        for key in known_keys(MetadataSection, ())
        if key in manifest.metadata
    }
    document = CommentedMap(
        {
            "apiVersion": API_VERSION,
            "kind": manifest.kind.kind,
            "metadata": _block(metadata),
            "spec": spec,
        }
    )
    yaml = YAML()
    yaml.width = _WHOLE_LINE
    yaml.indent(mapping=_LEVEL, sequence=2 * _LEVEL, offset=_LEVEL)
    yaml.Emitter = _Emitter
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


class _Emitter(RoundTripEmitter):
    """Escapes single characters; ruamel.yaml itself escapes all of a document or none of it."""

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        """See `Emitter.analyze_scalar`: escapes only work in double quotes."""
        found: ScalarAnalysis = super().analyze_scalar(scalar)
        if not all(is_safe(line) for line in scalar.split("\n")):
            found.allow_flow_plain = found.allow_block_plain = False
            found.allow_single_quoted = found.allow_block = False
        return found

    def write_double_quoted(self, text: str, _split: bool = True) -> None:
        """See `Emitter.write_double_quoted`; writes one line."""
        self.write_indicator(f'"{"".join(self._escaped(char) for char in text)}"', True)

    def _escaped(self, character: str) -> str:
        if character in self.ESCAPE_REPLACEMENTS and character != "\xa0":
            return f"\\{self.ESCAPE_REPLACEMENTS[character]}"
        if is_safe(character):
            return character
        code = ord(character)
        return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def _ordered(tree: Tree, kind: Kind, loc: Loc) -> Tree:
    """The same values, with the keys in the order of the kind's model."""
    places = {key: place for place, key in enumerate(known_keys(kind.model, loc))}
    return {
        key: _ordered_below(tree[key], kind, (*loc, key))
        for key in sorted(tree, key=lambda key: places.get(key, len(places)))
    }


def _ordered_below(value: JsonValue, kind: Kind, loc: Loc) -> JsonValue:
    if isinstance(value, dict):
        return _ordered(value, kind, loc)
    if isinstance(value, list):
        return [_ordered_below(item, kind, (*loc, 0)) for item in value]
    return value


def _block(tree: Tree) -> CommentedMap:
    return CommentedMap({key: _styled(value) for key, value in tree.items()})


def _styled(value: JsonValue) -> object:
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, dict | list):
        return value
    if _fits(value):
        return _inline(value)
    if isinstance(value, dict):
        return _block(value)
    return CommentedSeq([_styled(item) for item in value])


def _fits(value: dict[str, JsonValue] | list[JsonValue]) -> bool:
    """Whether a value is easier to read on one line."""
    nested = isinstance(value, dict) or len(value) > 1
    for item in value.values() if isinstance(value, dict) else value:
        if (nested and isinstance(item, dict)) or (isinstance(item, str) and "\n" in item):
            return False
    return len(json.dumps(value, ensure_ascii=False)) <= _INLINE


def _inline(value: JsonValue) -> object:
    if isinstance(value, str):
        return value if _is_plain(value, _PLAIN_INLINE) else DoubleQuotedScalarString(value)
    if isinstance(value, dict):
        mapping = CommentedMap({key: _inline(item) for key, item in value.items()})
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq([_inline(item) for item in value])
        sequence.fa.set_flow_style()
        return sequence
    return value


def _text(text: str) -> object:
    if len(text) > _LINE and _safe(text) and _WORDS_AND_SPACES.fullmatch(text):
        return _folded(text)
    if _is_plain(text, _PLAIN):
        return text
    if _is_literal(text):
        return LiteralScalarString(text)
    return DoubleQuotedScalarString(text)


def _is_plain(text: str, pattern: re.Pattern[str]) -> bool:
    if _UUID.fullmatch(text):
        return resolve_scalar(text) == text
    plain = pattern.fullmatch(text) and text.casefold() not in _WORDS
    return bool(plain) and _safe(text) and resolve_scalar(text) == text


def _is_literal(text: str) -> bool:
    """Whether the lines need no quotes: none is blank, or begins or ends with a blank."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and bool(lines[-1])
        and all(line == line.strip() and _safe(line) for line in lines)
    )


def _folded(text: str) -> object:
    folded = FoldedScalarString(text)
    lines = textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False)
    place, places = -1, []
    for line in lines[:-1]:
        place += len(line) + 1
        places.append(place)
    folded.fold_pos = places
    return folded


def _safe(text: str) -> bool:
    """Whether a text is safe without quotes, as far as its characters are concerned."""
    return is_safe(text) and text == unicodedata.normalize("NFC", text)
