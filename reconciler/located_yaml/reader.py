"""YAML or JSON bytes into located documents, directly from the parser's event stream.

libyaml parses if it is installed. If it refuses a text, or is known to read it differently, the
pure parser decides. With or without libyaml, the same texts are therefore accepted and give the
same documents. Knows no manifest.
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
    """The documents of a file, without empty documents; `pure` does not use libyaml.

    Reading stops after a syntax error or an exceeded limit; other problems are collected.
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
            pass  # the result or the error of the pure parser counts
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
        return  # the composer has noted the reason


def _fast_events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


def _syntax_error(source: SourceText, fault: YAMLError) -> Diagnostic:
    mark = fault.problem_mark or fault.context_mark if isinstance(fault, MarkedYAMLError) else None
    problem = getattr(fault, "problem", None) or getattr(fault, "context", None) or "not YAML"
    detail = ""
    if "tag" in problem:
        problem = "YAML tags are not supported"  # the parser's message repeats the text
    elif "'\\t'" in problem:
        detail = "Indent with spaces. Tabs are allowed only inside quotes."
    elif "mapping values are not allowed" in problem:
        detail = "Put quotes around a text that contains a colon and a space."
    return error(
        "syntax",
        f"invalid YAML: {problem}",
        detail,
        source=None if mark is None else source.range(cast(Mark, mark)),
    )
