"""What each table is fed by: one that is made of more than it declares fails here."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.histories import DOSSIERS, Story, stories

from projections.feeding import DATED, TABLE_FACTS, hungry, untouched
from projections.history.gathering import read
from projections.history.history import AMENDMENTS, History
from projections.project import MAKERS, TABLES, Stored, gather, project, project_events, project_further, unsealed
from projections.rulesets.ruleset import ruleset

RULES = ruleset()


def fed(history: History, table: str) -> History:
    """A history of nothing but what feeds a table, and amendments; where rules are read by its day, the last event."""
    kinds = TABLE_FACTS[table].union(AMENDMENTS)
    last = history.events[-1] if table in DATED else None
    kept = [event for event in history.events if type(event.data) in kinds or event is last]
    return history._replace(events=kept, facts=[fact for fact in history.facts if type(fact.data) in kinds])


def test_every_table_named_is_one() -> None:
    assert set(TABLE_FACTS) < set(TABLES)
    assert set(TABLE_FACTS) > DATED


@settings(max_examples=150, deadline=None)
@given(stories())
def test_no_table_is_made_of_facts_it_does_not_declare(story: Story) -> None:
    for dossier in DOSSIERS:
        history, reading = gather(dossier, *unsealed(dossier, story.stored(dossier)))
        for table in TABLE_FACTS:
            alone = fed(history, table)
            assert MAKERS[table](alone, read(alone), RULES) == MAKERS[table](history, reading, RULES), table


@settings(max_examples=100, deadline=None)
@given(stories())
def test_a_table_that_nothing_feeds_is_empty(story: Story) -> None:
    for dossier in DOSSIERS:
        history, reading = gather(dossier, *unsealed(dossier, story.stored(dossier)))
        for table in hungry(frozenset(type(event.data) for event in history.events)):
            assert not MAKERS[table](history, reading, RULES), table


@settings(max_examples=150, deadline=None)
@given(stories(), st.data())
def test_going_on_from_earlier_rows_makes_what_the_whole_makes(story: Story, data: st.DataObject) -> None:
    for dossier in DOSSIERS:
        stored = story.stored(dossier)
        cut = data.draw(st.integers(0, len(stored) - 1))
        before = project(dossier, stored[:cut], RULES)
        events, unreadable = unsealed(dossier, stored)
        further = project_further(before, events, unreadable, len(stored) - cut, RULES)
        assert further == project_events(dossier, events, unreadable, RULES)


def test_what_breaks_is_found_however_the_rows_are_made() -> None:
    """A history that had something set aside is made anew, wholly: what was set aside may have been mended."""
    dossier = DOSSIERS[0]
    broken: list[Stored] = [(1, 1, b"no event")]
    before = project(dossier, broken, RULES)
    assert before.set_aside
    assert project_further(before, *unsealed(dossier, broken), 1, RULES) == before


def test_a_contact_leaves_aid_alone_but_for_the_rules_of_the_day() -> None:
    [contact] = [kind for kind in TABLE_FACTS["fact_topic"] if kind.NAME == "contact-made"]
    assert {"fact_referral", "fact_phase", "statement"} <= untouched({contact})
    assert not {"fact_aid", "fact_topic", "current"} & untouched({contact})
