"""An indicator's file: a fault in its header names the file and says what to do."""

from __future__ import annotations

import pytest

from projections.counting.indicator import IndicatorRefused, catalogue, read_indicator

HEADER = """
title: {fr: Un, nl: Een, en: One}
question: {fr: Quoi, nl: Wat, en: What}
unit: dossiers
dimensions: [phase]
default: [phase]
measures: [value]
evidence_level: 0
value: count
method: {fr: Compter, nl: Tellen, en: Count}
caveats: []
rules: []
""".strip()


def file(header: str) -> str:
    return f"/* ---\n{header}\n--- */\nSELECT phase, dossier, 1 FROM fact_dossier;\n"


def test_a_whole_header_is_read() -> None:
    read = read_indicator("one", file(HEADER))
    assert (read.name, read.unit, read.sql) == ("one", "dossiers", "SELECT phase, dossier, 1 FROM fact_dossier")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("time-to-creation", "known once it exists"),
        ("conversion", "known once it exists"),
        ("time-to-first-aid", "so recent cohorts look faster"),
        ("survival", "known by section of NACE"),
    ],
)
def test_what_would_be_misread_is_said_with_the_figure(name: str, said: str) -> None:
    assert any(said in caveat["en"] for caveat in catalogue()[name].caveats)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1", "line 1: start it with a header between '/* ---' and '--- */'"),
        (file(HEADER + "\nrules: [a"), "line 13: this is no YAML"),
        (file("title: a: b"), "line 2: this is no YAML"),
        (file("only words"), "line 2: write the header as `member: value` lines"),
        (file(HEADER.replace("unit: dossiers\n", "")), "line 2: unit: Field required"),
        (file(HEADER.replace("value: count", "value: most")), "line 9: value: Input should be"),
        (file(HEADER + "\nunits: x"), "line 13: units: Extra inputs"),
    ],
)
def test_a_fault_names_the_file_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(IndicatorRefused) as refused:
        read_indicator("broken", text)
    assert str(refused.value).startswith(f"broken.sql: {said}")
    assert "docs/how-to/add-an-indicator.md" in str(refused.value)


def test_every_shipped_indicator_is_read() -> None:
    assert catalogue()
