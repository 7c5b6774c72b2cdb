"""Every comment, page or link that names a page or section of `docs/` leads to it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("reconciler", "tests", "examples", "schemas", "docs", ".github", "README.md")
PAGES = ("README.md", "CHANGELOG.md", ".github", "docs", "examples")
VENDORS = ("kore", "carecycle")

NUMBER = r"\d+[a-z]?(?:\.\d+)?"
POINTER = re.compile(r"(?<![\w./])(docs/[\w./-]*\w)(?:#([\w-]+))?")
SECTIONS = re.compile(
    rf"docs/vendors/(\w+)\.md((?:,? (?:and |to )?{NUMBER}\b|-{NUMBER}\b)+)", re.ASCII
)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
NUMBERED = re.compile(rf"^(?:#+ ({NUMBER})[. ]|\| ({NUMBER}) \||- \*\*({NUMBER})\b)", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LED_NOWHERE = re.compile(r"\bapi/\w+\.md|\bdesign (?:section )?\d|\bhazard \d", re.IGNORECASE)
BARE = re.compile(r"\(\d+\.\d+(?:, \d+\.\d+)*\)(?=[.:\"])")


def files(*places: str, ending: str = "") -> Iterator[Path]:
    for place in places:
        found = ROOT / place
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file() and path.name.endswith(ending) and path.suffix != ".pyc":
                yield path


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def in_one_line(text: str) -> str:
    return re.sub(r"\s+(?:# )?", " ", text)


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub makes of a page's headings."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(FENCE.sub("", text_of(page))):
        plain = re.sub(r"[^\w\- ]", "", LINK.sub(r"\1", heading).lower()).replace(" ", "-")
        found[plain] = found.get(plain, 0) + 1
    return frozenset(
        anchor if not copy else f"{anchor}-{copy}"
        for anchor, often in found.items()
        for copy in range(often)
    )


@cache
def sections(page: Path) -> frozenset[str]:
    """The numbers of a page's headings, table rows and list items."""
    return frozenset(filter(None, (n for found in NUMBERED.findall(text_of(page)) for n in found)))


def astray(text: str) -> list[str]:
    """What a text names below `docs/` and is not there."""
    if "docs/" not in text:
        return []
    line, wrong = in_one_line(text), []
    for name, anchor in POINTER.findall(line):
        page = ROOT / name
        if not page.exists() or (anchor and anchor not in anchors(page)):
            wrong.append(f"{name}#{anchor}" if anchor else name)
    for vendor, numbers in SECTIONS.findall(line):
        page = ROOT / f"docs/vendors/{vendor}.md"
        known = sections(page) if page.exists() else frozenset[str]()
        wrong += [f"{vendor} {n}" for n in re.findall(NUMBER, numbers) if n not in known]
    return wrong


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead to no file, or to no heading of it."""
    wrong = []
    for link in LINK.findall(CODE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


def test_every_pointer_leads_to_a_page_and_a_section() -> None:
    others = (path for path in files(*SOURCES) if path != Path(__file__))
    wrong = {str(path.relative_to(ROOT)): astray(text_of(path)) for path in others}
    assert {path: found for path, found in wrong.items() if found} == {}


def test_every_relative_link_leads_somewhere() -> None:
    wrong = {
        str(page.relative_to(ROOT)): broken_links(page) for page in files(*PAGES, ending=".md")
    }
    assert {page: found for page, found in wrong.items() if found} == {}


PLACE = re.compile(r"`([\w-]+(?:/[\w-]+)*(?:\.py|/))(?:: \w+)?`")


def missing_places(text: str) -> list[str]:
    """Modules and folders that a page names and that do not exist."""
    roots = (ROOT, ROOT / "reconciler", ROOT / "examples" / "third-party-provider")
    named = PLACE.findall(text)
    return [place for place in named if not any((root / place).exists() for root in roots)]


@pytest.mark.parametrize("folder", ["concepts", "contributing"])
def test_every_module_that_a_page_names_is_there(folder: str) -> None:
    for page in files(f"docs/{folder}", ending=".md"):
        assert missing_places(text_of(page)) == [], page.name


def test_a_module_that_is_not_there_is_found() -> None:
    text = "See `plan/build.py: build_plan`, `providers/kore/`, `plan/nothing.py` and `nowhere/`."
    assert missing_places(text) == ["plan/nothing.py", "nowhere/"]


def test_nothing_names_a_page_that_is_not_in_the_repository() -> None:
    others = (path for path in files(*SOURCES) if path != Path(__file__))
    assert [str(path) for path in others if LED_NOWHERE.search(text_of(path))] == []
    simulator = files("reconciler/simulator", ending=".py")
    assert [str(path) for path in simulator if BARE.search(text_of(path))] == []


@pytest.mark.parametrize(("vendor", "chapter"), [("kore", "14"), ("carecycle", "15")])
def test_every_switch_names_what_its_page_leaves_open(vendor: str, chapter: str) -> None:
    source = text_of(ROOT / f"reconciler/simulator/{vendor}/switches.py")
    named = re.findall(r'"""\[([\d., ]+)\]', source)
    assert len(named) > 40
    rows = {
        number if "." in number else f"{chapter}.{number}"
        for numbers in named
        for number in numbers.split(", ")
    }
    assert rows - sections(ROOT / f"docs/vendors/{vendor}.md") == set()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_page_numbers_its_sections_once_and_without_a_gap(vendor: str) -> None:
    page = text_of(ROOT / f"docs/vendors/{vendor}.md")
    numbers = [n for found in NUMBERED.findall(page) for n in found if n]
    assert len(numbers) == len(set(numbers))
    chapters = [int(n) for n in numbers if n.isdigit()]
    assert chapters == list(range(1, len(chapters) + 1))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("See docs/vendors/kore.md 14.13 and docs/concepts/at-most-one-create.md#the-lease.", []),
        ("See docs/vendors/kore.md 2, 7a and 14.13.", []),
        ("# Rows of docs/vendors/kore.md\n# 99.1 are", ["kore 99.1"]),
        ("(docs/vendors/kore.md 3.1 to 3.9)", ["kore 3.9"]),
        ("(docs/vendors/carecycle.md 4-99)", ["carecycle 99"]),
        ("docs/vendors/nobody.md 1", ["docs/vendors/nobody.md", "nobody 1"]),
        ("docs/vendors/kore.md#nothing-like-it", ["docs/vendors/kore.md#nothing-like-it"]),
        ("https://example.com/docs/nothing.md", []),
    ],
)
def test_a_pointer_that_leads_nowhere_is_found(text: str, wrong: list[str]) -> None:
    assert astray(text) == wrong


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page: with `code`\n[up](#a-page-with-code) [web](https://example.com/x)\n"
        "[gone](gone.md) [other](page.md#other) `[no](link.md)`\n```\n[nor](this.md)\n```\n",
        "utf-8",
    )
    assert broken_links(page) == ["gone.md", "page.md#other"]


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150
