"""After a new version: what an older one projected is shown as it was published, and published no more."""

from __future__ import annotations

import psycopg
import pytest
from tests.projections.changing import tell_all

from dossier.log import Log
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FactsReader
from projections.generations.rebuild import rebuild
from projections.publications.press import MadeByAnother, Press
from projections.publications.press_room import PressRoom
from projections.rulesets.ruleset import ruleset

PHASES = indicator("entrepreneurs-by-phase")


def made_by_another(log: Log) -> None:
    with psycopg.connect(log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET program = 'older'")


def test_nothing_is_published_of_what_another_version_projected(journal_log: Log) -> None:
    """It would be counted again by this version for as long as there is an audit, and come out otherwise."""
    tell_all(journal_log)
    made_by_another(journal_log)
    told: list[tuple[str, str]] = []
    press = Press(journal_log.journal, journal_log.database.app, FactsReader(journal_log.journal))
    with pytest.raises(MadeByAnother, match="dossier rebuild"):
        press.latest(PHASES)
    room = PressRoom(journal_log.database.app, report=lambda name, reason: told.append((name, reason)))
    room._due[PHASES.name] = 0.0
    room._publish(press, PHASES.name)
    assert told == [
        (PHASES.name, "what is read was made by another version: publishing goes on after `dossier rebuild`")
    ]
    rebuild(journal_log.database.owner, ruleset(), workers=1)
    assert press.latest(PHASES).number == 1


def test_what_was_published_before_is_shown_until_then(journal_log: Log) -> None:
    tell_all(journal_log)
    press = Press(journal_log.journal, journal_log.database.app, FactsReader(journal_log.journal))
    press.current(PHASES)
    made_by_another(journal_log)
    tell_all(journal_log)
    assert press.latest(PHASES).number == 1
    assert len(press.all(PHASES)) == 1
