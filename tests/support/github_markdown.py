"""Markdown as GitHub shows it: its own renderer, and the elements that come out of it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import cmark  # type: ignore[import-untyped]

_EXTENSIONS = ("table", "strikethrough", "autolink", "tagfilter", "tasklist")
_VOID = frozenset({"br", "hr", "img", "input"})
_CODE = frozenset({"code", "pre"})


@dataclass
class Page(HTMLParser):
    """The elements of a page in their order, and what stands outside of code.

    GitHub looks for mentions and links outside of code only.
    """

    elements: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{'/'.join((*self._open, tag))} {attrs}")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        place = self.prose if _CODE.isdisjoint(self._open) else self.code
        place.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == []


def rendered(text: str) -> Page:
    """The page that GitHub makes of a comment."""
    options = cmark.Options.CMARK_OPT_UNSAFE
    page = Page()
    page.feed(cmark.markdown_to_html_with_extensions(text, options, _EXTENSIONS))
    page.close()
    return page
