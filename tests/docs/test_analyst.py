"""An analyst adds one SQL file, the how-to's own: it is in the list of the API, in the reference and in the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import yaml
from scripts.reference_pages import pages
from tests.projections.counting.test_indicator_cases import test_a_figure_is_what_can_be_counted_by_hand as holds

from api.reports.report import report
from api.routes.indicators import indicators
from api.words.telling import Teller
from api.words.words import words
from projections.counting import indicator
from projections.counting.indicator import Counted
from projections.figures.drawn_facts import drawn
from projections.figures.facts_reader import with_rules
from projections.figures.figures import figure
from projections.figures.indicator_check import faults
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "add-an-indicator.md"
NAME, TITLE = "dossiers-by-commune", "Dossiers by commune"


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The text of the file, alone in the directory of indicators."""
    found = re.search(r"```sql\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / f"{NAME}.sql").write_text(found[1], encoding="utf-8")
    monkeypatch.setattr(indicator, "DIRECTORY", tmp_path)
    indicator.catalogue.cache_clear()
    yield found[1]
    monkeypatch.undo()
    indicator.catalogue.cache_clear()


def test_it_has_no_fault(added: str) -> None:
    assert faults(NAME, added) == []


def test_it_is_published_together_with_those_who_count_the_same(added: str) -> None:
    """As its page says of cells that count dossiers by what they are today: else hidden ones follow."""
    assert indicator.indicator(NAME).counts == [Counted()], added


def test_its_cases_are_those_of_the_page(added: str) -> None:
    text = re.search(r"```yaml\n(- says:.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert text is not None
    for case in yaml.safe_load(text[1]):
        holds(NAME, case)


def test_it_is_listed_and_described(added: str) -> None:
    assert [one["name"] for one in indicators()] == [NAME]
    assert TITLE in pages()["indicators.md"]


def test_it_is_a_chapter_of_the_report(added: str) -> None:
    facts, generation = with_rules(drawn(), ruleset()), Generation(1, "2026.1", ruleset().digest, 9, "cm9vdA==")
    text = unescape(
        report(lambda one, asked: figure(one, asked, generation, facts), Teller(words("en"), {}), 2025, published=False)
    )
    assert f'<h2 id="{NAME}">{TITLE}</h2>' in text
    assert "Number of dossiers by year of opening." in text
