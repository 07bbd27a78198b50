"""`dossier indicators check`: what an author may do wrong, found by line before anybody is shown a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections.counting.indicator import DIRECTORY, catalogue
from projections.figures.indicator_check import faults

WHOLE = """/* ---
title: {fr: Un, nl: Een, en: One}
question: {fr: Quoi, nl: Wat, en: What}
unit: dossiers
dimensions: [phase, cohort]
default: [cohort]
measures: [value]
evidence_level: 0
value: count
method: {fr: Compter, nl: Tellen, en: Count}
caveats: []
rules: [phase.without-declaration]
--- */
SELECT d.phase, d.cohort, d.cohort AS year,
       d.dossier AS contributor, 1.0 AS amount
FROM stand d
"""


def found(text: str) -> list[str]:
    return [f"{line}: {detail}" for line, detail in faults("one", text)]


@pytest.mark.parametrize("name", catalogue())
def test_no_shipped_indicator_has_a_fault(name: str) -> None:
    assert faults(name, (Path(str(DIRECTORY)) / f"{name}.sql").read_text(encoding="utf-8")) == []


def test_a_whole_file_has_none() -> None:
    assert found(WHOLE) == []


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ("nl: Een, ", "", "2: title.nl: Field required"),
        ("nl: Een", 'nl: ""', "2: title.nl: String should have at least 1 character"),
        ("unit: dossiers\n", "unit: dossiers\nunit: days\n", "5: written twice: also on line 4"),
        ("value: count", "value: most", "9: value: Input should be"),
        ("default: [cohort]", "default: [sector]", "6: default: sector is not among the dimensions"),
        ("default: [cohort]", "default: [cohort]\nnames: {sector: {fr: Un, nl: Een, en: One}}",
         "7: names: sector is not among the dimensions"),
        ("value: count", "value: count\nonce: [sector]", "10: once: sector is not among the dimensions"),
        ("value: count", "value: count\nonce: []", None),
        ("value: count", "value: count\njoined: {stand: [sector]}", "10: joined: sector is not among the dimensions"),
        ("value: count", "value: count\njoined: {stay: [phase]}", "10: joined: the query does not read stay"),
        ("value: count", "value: count\njoined: {phase: [phase]}", "10: joined: the query does not read phase"),
        ("value: count", "value: count\njoined: {stand: [phase]}",
         "10: joined: stand moves the figure also by other dimensions: leave it out"),
        ("value: count", "value: count\ncounts: [{where: {measure: opened}}]",
         "10: counts: measure is not among the dimensions"),
        ("value: count", "value: count\ncounts: [{apart: [agency]}]", "10: counts: agency is not among the dimensions"),
        ("value: count", "value: sum\ncounts: [{}]", "10: counts: only a count, distinct or mean of facts"),
        ("value: count", "value: mean\ncounts: [{}]", "10: counts: of a mean it is the `number`"),
        ("value: count", "value: count\ncounts: [{each: agency}]", "10: counts: only the amounts of a mean count"),
        ("value: count", "value: count\ncounts: [{whose: x}]", "10: counts.0.whose"),
        ("[phase, cohort]", "[phase, cohort, sector]", "5: dimensions: the query gives no column sector"),
        ("d.cohort AS year", "d.cohort AS jaar", "14: the query gives no column year"),
        ("value: count", "value: distinct", "14: the query gives no column counted"),
        ("FROM stand d", "FROM stand d -- all of them", None),
        ("FROM stand d", "FROM stand d;\nSELECT 1", "16: Parser Error"),
        (WHOLE[WHOLE.index("SELECT") :], "CREATE TABLE mine AS SELECT 1", "14: Parser Error"),
        (WHOLE[WHOLE.index("SELECT") :], "", "14: write the query below the header"),
        ("1.0 AS amount", "d.phase AS amount", "14: amount is VARCHAR: give a number, or NULL"),
        ("d.cohort AS year", "d.opened_on AS year", "14: year is DATE: give a number, or NULL"),
        ("rules: [", "chart: {by: [agency]}\nrules: [", "12: chart: agency is not among the dimensions"),
        ("rules: [", "chart: {panels: agency}\nrules: [", "12: chart: agency is not among the dimensions"),
        ("FROM stand d", "FROM stands d", "16: Catalog Error: Table with name stands does not exist!"),
        ("d.phase", "d.fase", "14: Binder Error"),
        ("1.0 AS amount", "random() AS amount", "15: `random` may answer otherwise the next time"),
        ("1.0 AS amount", "year(current_date) AS amount", "15: `current_date` may answer otherwise the next time"),
        ("FROM stand d", "FROM stand d WHERE d.opened_on < get_current_timestamp()",
         "16: `get_current_timestamp` may answer otherwise the next time"),
        ("FROM stand d", "FROM stand d WHERE d.opened_on < current_localtimestamp()",
         "16: `current_localtimestamp` may answer otherwise the next time"),
        ("FROM stand d", "FROM stand d WHERE age(d.opened_on) > INTERVAL 1 YEAR",
         "16: `age` may answer otherwise the next time"),
        ("FROM stand d", "FROM stand d WHERE age(d.opened_on, DATE '2020-01-01') > INTERVAL 1 YEAR", None),
        ("FROM stand d", "FROM stand d WHERE d.opened_on < ago(INTERVAL 1 YEAR)",
         "16: `ago` may answer otherwise the next time"),
        ("1.0 AS amount", '"RANDOM"() AS amount', "15: `RANDOM` may answer otherwise the next time"),
        ("1.0 AS amount", "length(current_setting('TimeZone')) AS amount",
         "15: `current_setting` may answer otherwise the next time"),
        ("FROM stand d", "FROM stand d, read_text('/etc/passwd')", "16: `read_text` reads beside the facts"),
        ("FROM stand d", "FROM stand d, glob('/etc/*')", "16: `glob` reads beside the facts"),
        ("FROM stand d", "FROM stand d, query('SELECT 1')", "16: `query` reads beside the facts"),
        ("FROM stand d", "FROM stand d, '/etc/passwd'", "16: Catalog Error: Table with name /etc/passwd"),
        ("FROM stand d", "FROM stand d, duckdb_settings", "16: `duckdb_settings` reads beside the facts"),
        ("FROM stand d", "FROM stand d, information_schema.tables", "16: `tables` reads beside the facts"),
        ("FROM stand d", "FROM stand d, range(1), unnest([1])", None),
        ("rules: [phase.without-declaration]", "rules: []",
         "12: reads fact_dossier.phase: declare phase.without-declaration under `rules`"),
        ("rules: [phase.", "rules: [fase.", "12: rules: no ruleset has a rule fase.without-declaration"),
        ("1.0 AS amount\nFROM stand d", "r.value AS amount\nFROM stand d JOIN rule r ON r.name = 'growth.high'",
         "16: reads the rule growth.high: declare it under `rules`"),
        ("FROM stand d", "FROM stand d JOIN fact_aid a ON a.dossier = d.dossier\n"
         "QUALIFY row_number() OVER (PARTITION BY d.dossier ORDER BY a.agency) = 1", None),
        ("1.0 AS amount\nFROM stand d", "a.amount AS amount\nFROM stand d JOIN fact_aid a ON a.dossier = d.dossier\n"
         "QUALIFY row_number() OVER (PARTITION BY d.dossier ORDER BY a.agency) = 1",
         "14: its rows depend on the order of the facts"),
        ("unit: dossiers\n", "", "2: unit: "),
        ("measures: [value]", "measures: [value]\nflows: {of: phase, stock: value, entries: [came], exits: []}",
         "8: flows: came is not among the measures"),
        ("measures: [value]", "measures: [value]\nflows: {of: phase, stock: value, entries: [], exits: []}",
         "8: flows: phase and year must be among the dimensions"),
        ("measures: [value]", "measures: [value]\nnested: [came]", "8: nested: came is not among the measures"),
        ("measures: [value]", "measures: [one, two]", "7: of several measures each row says which"),
        ("/* ---\n", "", "1: start it with a header between '/* ---' and '--- */'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_to_do(was: str, written: str, said: str | None) -> None:
    assert was in WHOLE
    told = found(WHOLE.replace(was, written, 1))
    if said is None:
        assert told == [], "what gives the same rows is taken"
    else:
        assert any(fault.startswith(said) for fault in told), told


@pytest.mark.parametrize(
    ("measures", "gives", "said"),
    [
        ("[one, two]", "CASE WHEN d.ict THEN 'one' ELSE 'two' END", []),
        ("[one, two]", "CASE WHEN d.ict THEN 'one' WHEN d.cohort = 1900 THEN 'two' ELSE 'one' END", []),
        ("[one, two]", "CASE WHEN d.ict THEN 'one' ELSE 'too' END",
         ["7: measures: the query gives `too`, which is none of them", "7: measures: the query gives no `two`"]),
        ("[one]", "CASE WHEN d.ict THEN 'one' END", ["7: measures: the query gives `None`, which is none of them"]),
    ],
)  # fmt: skip
def test_what_rows_measure_is_what_the_header_names(measures: str, gives: str, said: list[str]) -> None:
    text = WHOLE.replace("[phase, cohort]", "[phase, cohort, measure]").replace("[value]", measures)
    text = text.replace("value: count", "value: count\nalways: [measure]")
    told = found(text.replace("SELECT d.phase", f"SELECT {gives} AS measure, d.phase"))
    assert [fault for fault in told if "measures:" in fault] == said


def test_a_table_joined_for_one_dimension_may_give_several_rows_where_they_are_counted_once() -> None:
    joined = WHOLE.replace("FROM stand d", "FROM stand d LEFT JOIN fact_presence p ON p.dossier = d.dossier")
    joined = joined.replace("d.phase,", "p.agency AS phase,").replace("rules: [phase.without-declaration]", "rules: []")
    for value, wanted in (
        ("count", ["10: joined: fact_presence moves the figure also by other dimensions: leave it out"]),
        ("distinct", []),
    ):
        text = joined.replace("value: count", f"value: {value}\njoined: {{fact_presence: [phase]}}")
        assert found(text.replace("AS contributor,", "AS contributor, d.dossier AS counted,")) == wanted


def test_what_a_query_makes_for_itself_is_no_table_it_joins() -> None:
    """It would be read as before, whatever is asked: the header would promise what does not happen."""
    own = WHOLE.replace("FROM stand d", "FROM stand d LEFT JOIN own o ON o.dossier = d.dossier")
    own = own.replace("SELECT d.phase", "WITH own AS (SELECT DISTINCT dossier FROM fact_aid)\nSELECT d.phase")
    assert found(own) == []
    assert found(own.replace("value: count", "value: count\njoined: {own: [phase]}")) == [
        "10: joined: the query does not read own, a table of facts or a view"
    ]


def test_a_table_through_which_another_is_joined_is_read_for_what_that_one_tells() -> None:
    """Asked for by programme alone, no premises would be read, and nobody would be in a programme."""
    through = WHOLE.replace("dimensions: [phase, cohort]", "dimensions: [phase, cohort, site, programme]")
    through = through.replace("SELECT d.phase,", "SELECT d.phase, s.site, o.programme, d.dossier AS counted,").replace(
        "FROM stand d",
        "FROM stand d\nLEFT JOIN stay s ON s.dossier = d.dossier\nLEFT JOIN enrolled o ON o.dossier = s.dossier",
    )
    for telling, wanted in (
        ("{stay: [site], enrolled: [programme]}",
         ["10: joined: stay moves the figure also by other dimensions: leave it out"]),
        ("{stay: [site, programme], enrolled: [programme]}", []),
    ):  # fmt: skip
        assert found(through.replace("value: count", f"value: distinct\njoined: {telling}")) == wanted


@pytest.mark.parametrize("contributor", ["d.dossier || d.opened_on", "d.commune", "d.cohort"])
def test_a_contributor_is_somebody(contributor: str) -> None:
    said = "contributor is no dossier, enterprise or undertaking: disclosure control counts those"
    text = WHOLE.replace("d.dossier AS contributor", f"{contributor} AS contributor")
    assert [one for one in found(text) if one.endswith(said)] == [f"14: {said}"]
    for one in ("d.dossier", "CAST(d.dossier AS VARCHAR)", "coalesce(d.enterprise, d.dossier)"):
        text = WHOLE.replace("d.dossier AS contributor", f"{one} AS contributor")
        assert not any(fault.endswith(said) for fault in found(text))


def test_who_has_one_row_by_what_is_said_to_be_once() -> None:
    """Rows stand for contributors there: a dossier with two applications would be counted twice."""
    several = WHOLE.replace("value: count", "value: count\nonce: [cohort]")
    several = several.replace("FROM stand d", "FROM stand d JOIN fact_aid a ON a.dossier = d.dossier")
    assert [fault for fault in found(several) if "once" in fault] == [
        "10: once: a contributor has several rows by these: name more, or leave it out"
    ]
