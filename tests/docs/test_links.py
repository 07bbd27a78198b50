"""Links between pages lead somewhere, and the table of contents leads to every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.console import DOCS, ROOT

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAMED = re.compile(r"`((?:src|tests|docs|scripts)/[\w./-]+)`")
GLOSSARY_WORD = re.compile(r"^\| ([^|-][^|]*?) \|", re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: small letters, no punctuation, hyphens for spaces."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(prose(page))}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link}: no such file"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_named_in_prose_exist(page: Path) -> None:
    missing = [path for path in NAMED.findall(prose(page)) if not (ROOT / path).exists()]
    assert missing == []


def test_the_table_of_contents_leads_to_every_page() -> None:
    contents = DOCS / "README.md"
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(prose(contents))}
    assert {page for page in DOCS.rglob("*.md") if page != contents} <= listed


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "decisions").glob("*.md"))]
    assert len(set(numbers)) == len(numbers)


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    words = GLOSSARY_WORD.findall((DOCS / "glossary.md").read_text(encoding="utf-8"))[1:]
    assert words == sorted(set(words))
