"""YAML or JSON bytes into located documents, straight from the parser's event stream.

libyaml parses when it is there; whenever it refuses a text, or is known to read it differently, the
pure parser decides. Both roads therefore accept the same language and give the same documents.
Knows no manifest.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reconciler.diagnostics import Diagnostic, error
from reconciler.located_yaml.composer import Composer, Disputed, Parsed, Stop
from reconciler.located_yaml.node import Mark, SourceText
from reconciler.located_yaml.text import Unreadable, decode_bytes, disputed

try:
    from _ruamel_yaml import CParser  # type: ignore[import-not-found]
except ModuleNotFoundError:  # pragma: no cover - ruamel.yaml.clib is optional
    CParser = None


def parse(filename: str, data: bytes, *, pure: bool = False) -> Parsed:
    """The documents of a file, without empty ones; `pure` leaves libyaml out.

    After a syntax error or a broken limit come no further documents; other problems are collected.
    """
    try:
        source = decode_bytes(filename, data)
    except Unreadable as fault:
        return Parsed((), (fault.problem,))
    if not (pure or CParser is None or disputed(source.text)):
        composer = Composer(source, trusting=False)
        try:
            _feed(composer, _fast_events(source.text))
        except (YAMLError, Disputed):
            pass  # the pure parser's answer, or its error, is the one that counts
        else:
            return composer.parsed()
    composer = Composer(source, trusting=True)
    try:
        _feed(composer, YAML(typ="safe", pure=True).parse(source.text))
    except YAMLError as fault:
        composer.problems.append(_syntax_error(source, fault))
    return composer.parsed()


def _feed(composer: Composer, events: Iterable[Any]) -> None:
    handlers: dict[type[Any], Callable[[Any], None]] = {
        yaml_events.ScalarEvent: composer.scalar,
        yaml_events.MappingStartEvent: composer.open_mapping,
        yaml_events.MappingEndEvent: composer.close,
        yaml_events.SequenceStartEvent: composer.open_list,
        yaml_events.SequenceEndEvent: composer.close,
        yaml_events.AliasEvent: composer.alias,
        yaml_events.DocumentStartEvent: composer.begin,
        yaml_events.DocumentEndEvent: composer.finish,
    }
    try:
        for event in events:
            handler = handlers.get(event.__class__)
            if handler is not None:
                handler(event)
    except Stop:
        return  # the composer has noted why


def _fast_events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


def _syntax_error(source: SourceText, fault: YAMLError) -> Diagnostic:
    mark = fault.problem_mark or fault.context_mark if isinstance(fault, MarkedYAMLError) else None
    problem = getattr(fault, "problem", None) or getattr(fault, "context", None) or "not YAML"
    detail = ""
    if "tag" in problem:
        problem = "YAML tags are not supported"  # the parser's words repeat the text
    elif "'\\t'" in problem:
        detail = "Indent with spaces, and put tabs nowhere but inside quotes."
    elif "mapping values are not allowed" in problem:
        detail = "A text with a colon and a space needs quotes."
    return error(
        "syntax",
        f"invalid YAML: {problem}",
        detail,
        source=None if mark is None else source.range(cast(Mark, mark)),
    )
