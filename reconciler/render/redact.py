"""A plan into the same plan without the names of contact lists or without messages.

For comments, issues and summaries that more people read than those who may know them. A value
becomes its length and a hash, so that a reader sees whether two are equal. The hash is salted by
the plan's id: equal values of two plans do not look equal.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pydantic import JsonValue

from reconciler.diagnostics import Diagnostic
from reconciler.plan.gate_table import Gate
from reconciler.plan.model import Change, FieldChange, Plan
from reconciler.resources.base import Reach
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import Tree, leaves

_MEANT = re.compile(r'(?<=id you mean ").+(?="\?)', re.DOTALL)
_QUOTED = re.compile(r'(?<=").+(?=")', re.DOTALL)
"""From the first quote to the last: a name may have quotes itself."""
_WORDS = re.compile(r"\w+|\W")
_WORD = re.compile(r"\w")
_SHOWN = 8
"""Characters of a hash; enough to tell the values of one plan apart."""


class Hidden(StrEnum):
    """What `--redact` hides."""

    LISTS = "lists"
    """The names of contact lists and do-not-call lists."""
    TEXTS = "texts"
    """The messages that people get."""


@dataclass(frozen=True)
class Redaction:
    """Hides known values wherever they stand as whole words; built from a plan.

    A plan may have 100,000 of them, so they are looked up by their first word and their length.
    """

    salt: str = ""
    values: Collection[str] = ()
    _lengths: Mapping[str, Sequence[int]] = field(init=False, repr=False, compare=False)
    """By first word, longest first: one value may contain another."""

    def __post_init__(self) -> None:
        """Prepare the search."""
        known = frozenset(filter(None, self.values))
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for value in known:
            first = _WORDS.match(value)
            lengths[first[0] if first else ""].add(len(value))
        object.__setattr__(self, "values", known)
        object.__setattr__(
            self, "_lengths", {word: sorted(of, reverse=True) for word, of in lengths.items()}
        )

    def text(self, text: str) -> str:
        """A sentence without the values, and without values of the account that resemble them."""
        text = _MEANT.sub(lambda found: self._token(found[0]), text)
        shown, hidden, begin = [], 0, 0
        for word in _WORDS.findall(text):
            if word in self._lengths and begin >= hidden and not _is_word(text[begin - 1 : begin]):
                value = self._value_at(text, begin, self._lengths[word])
                if value:
                    shown += [text[hidden:begin], self._token(value)]
                    hidden = begin + len(value)
            begin += len(word)
        return "".join([*shown, text[hidden:]])

    def _value_at(self, text: str, begin: int, lengths: Sequence[int]) -> str:
        """The longest value that stands there as whole words; "" if there is none."""
        for length in lengths:
            end = begin + length
            if text[begin:end] in self.values and not _is_word(text[end : end + 1]):
                return text[begin:end]
        return ""

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """A problem without anything that it quotes, and without the line of its file.

        It may be about a campaign that is not in the plan because of it.
        """
        source = found.source and replace(found.source, code="")
        summary, detail = (
            self.text(_QUOTED.sub(lambda quoted: self._token(quoted[0]), text))
            for text in (found.summary, found.detail)
        )
        return replace(found, summary=summary, detail=detail, source=source)

    def _token(self, value: str) -> str:
        digest = hashlib.sha256(f"{self.salt}\0{value}".encode(errors="surrogatepass"))
        return f"({len(value)} characters, {digest.hexdigest()[:_SHOWN]})"


def _is_word(text: str) -> bool:
    return _WORD.match(text) is not None


def wordless(found: Diagnostic) -> Diagnostic:
    """A problem of a run that has no plan, so that nothing tells what its words must not quote."""
    source = found.source and replace(found.source, code="")
    return replace(found, summary=f"{found.code}: the log has the words", detail="", source=source)


def redaction(plan: Plan, hidden: Collection[Hidden]) -> Redaction:
    """What hides the lists or the texts of a plan, also in the words of its run."""
    values = {value for one in (*plan.changes, *plan.drift) for value in _of_change(one, hidden)}
    if Hidden.LISTS in hidden:
        values.update(plan.outreach.contact_lists)
    return Redaction(plan.id, frozenset(values))


def redacted(plan: Plan, hidden: Collection[Hidden]) -> Plan:
    """The plan, to be read and never to be saved or applied."""
    if not hidden:
        return plan
    hide = redaction(plan, hidden)
    return replace(
        plan,
        changes=tuple(_change(one, hide.text) for one in plan.changes),
        drift=tuple(_change(one, hide.text) for one in plan.drift),
        gates=tuple(_gate(one, hide.text) for one in plan.gates),
        outreach=replace(
            plan.outreach,
            contact_lists=tuple(map(hide.text, plan.outreach.contact_lists)),
            text=hide.text(plan.outreach.text),
            notes=tuple(map(hide.text, plan.outreach.notes)),
        ),
        diagnostics=tuple(map(hide.diagnostic, plan.diagnostics)),
    )


def _of_change(change: Change, hidden: Collection[Hidden]) -> Iterator[str]:
    """The values of a change to hide; of a kind that this run does not know, every text."""
    kind = BY_TYPE.get(change.address.type)
    known = {row.path: row for row in kind.fields} if kind is not None else {}
    pairs = [pair for tree in (change.before, change.after) for pair in leaves(tree or {})]
    pairs += [(row.path, side) for row in change.fields for side in (row.before, row.after)]
    for path, value in pairs:
        row = known.get(path)
        is_list = row is None or row.reach in (Reach.PEOPLE, Reach.EXCLUSION)
        is_text = row is None or row.word == "text"
        if (is_list and Hidden.LISTS in hidden) or (is_text and Hidden.TEXTS in hidden):
            yield from _texts(value)
    if change.reach is not None and Hidden.LISTS in hidden:
        yield from (one.name for one in change.reach.lists)


def _texts(value: JsonValue) -> Iterable[str]:
    match value:
        case str():
            return [value]
        case list():
            return [one for one in value if isinstance(one, str)]
        case _:
            return []


def _change(change: Change, hide: Callable[[str], str]) -> Change:
    reach = change.reach
    lists = tuple(replace(one, name=hide(one.name)) for one in reach.lists) if reach else ()
    return replace(
        change,
        reason=hide(change.reason),
        before=_tree(change.before, hide),
        after=_tree(change.after, hide),
        desired=None,
        fields=tuple(_field(row, hide) for row in change.fields),
        # No comment shows them; what they are decides whether a campaign is archived.
        requests=tuple(replace(one, query={}, body=None) for one in change.requests),
        notes=tuple(map(hide, change.notes)),
        warnings=tuple(map(hide, change.warnings)),
        reach=reach and replace(reach, lists=lists),
    )


def _field(row: FieldChange, hide: Callable[[str], str]) -> FieldChange:
    before, after = _value(row.before, hide), _value(row.after, hide)
    return replace(row, before=before, after=after, note=hide(row.note), as_shown=None)


def _gate(gate: Gate, hide: Callable[[str], str]) -> Gate:
    return replace(gate, summary=hide(gate.summary), details=tuple(map(hide, gate.details)))


def _tree(tree: Tree | None, hide: Callable[[str], str]) -> Tree | None:
    return None if tree is None else {key: _value(value, hide) for key, value in tree.items()}


def _value(value: JsonValue, hide: Callable[[str], str]) -> JsonValue:
    match value:
        case str():
            return hide(value)
        case list():
            return [_value(one, hide) for one in value]
        case dict():
            return _tree(value, hide)
        case _:
            return value
