"""What a rehearsal prints: entries with what caused them, cells, and where the rest is."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.command_line.rehearsal_summary import SAMPLES, cell_line, entry_line, summary
from projections.rehearsal import rehearsal
from projections.rehearsal.rehearsal import Page, Rehearsal

DAY = date(2027, 1, 1)
DONE = Rehearsal(UUID(int=7), "2027.1", "", "2026.1", "done", None, 2, 40, 9, 9, 1.0, "", DAY,
                 [date(2026, 11, 30), DAY], False)  # fmt: skip
CELL: dict[str, Any] = {"indicator": "ict-share", "row": {"cohort": 2024}, "before": 0.5, "after": 1, "on": None,
                        "suppressed": None, "because": {"rules": ["sector.ict.2025"]}}  # fmt: skip
ENTRY: dict[str, Any] = {
    "dossier": "d", "field": "aid.de_minimis.room", "on": "2027-01-01", "before": "1.00", "after": "2.00",
    "because": {"rules": ["de-minimis.ceiling"], "positions": ["12", "14"]},
}  # fmt: skip


def told(monkeypatch: pytest.MonkeyPatch, dossiers: int, figures: int) -> list[str]:
    """The lines of a rehearsal with so many entries and cells."""
    made = Page([ENTRY] * min(dossiers, SAMPLES), [CELL] * min(figures, SAMPLES), None)
    counts = {"dossiers": dossiers, "figures": figures, "fields": {"aid.de_minimis.room": dossiers}}

    def page(_: Any, __: UUID, cursor: str | None, limit: int) -> Page:
        return made._replace(dossiers=[] if cursor == rehearsal.FIGURES else made.dossiers)

    for name, value in {"counts": counts, "by_day": {"2027-01-01": dossiers}, "entries": dossiers}.items():
        monkeypatch.setattr(rehearsal, name, lambda *_, value=value: value)
    monkeypatch.setattr(rehearsal, "page", page)
    nowhere: Any = None
    return list(summary(nowhere, DONE))


def test_one_line_tells_a_field_with_its_day_its_rules_and_its_events() -> None:
    said = '  d  aid.de_minimis.room on 2027-01-01: "1.00" -> "2.00"  (de-minimis.ceiling; positions 12, 14)'
    assert entry_line(ENTRY) == said


def test_one_line_tells_a_cell_and_whether_it_is_hidden() -> None:
    assert cell_line(CELL) == "  ict-share  cohort 2024: 0.5 -> 1  (sector.ict.2025)"
    hidden = CELL | {"on": "2027-01-01", "suppressed": {"before": False, "after": True}}
    assert "0.5 -> 1, hidden on 2027-01-01  (" in cell_line(hidden)
    assert "  ict-share  in all: " in cell_line(CELL | {"row": {}})


def test_figures_that_move_are_listed_though_no_dossier_does(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(monkeypatch, 0, 1)
    assert lines[1] == "0 dossiers and 1 cell of figures move"
    assert cell_line(CELL) in lines
    assert not any("--csv" in line for line in lines), "nothing is left out"


def test_what_is_left_out_is_counted_and_told_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(monkeypatch, SAMPLES + 1, SAMPLES + 4)
    assert (lines.count(entry_line(ENTRY)), lines.count(cell_line(CELL))) == (SAMPLES, SAMPLES)
    [rest] = [line for line in lines if "--csv" in line]
    assert rest.startswith("  ... and 1 field of dossiers and 4 cells of figures more: --csv FILE or --parquet FILE")
    assert "  on 2027-01-01: 11 dossiers" in lines
