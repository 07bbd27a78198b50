"""Rules in the log: every process knows them, the log alone says which hold, and the past can be asked for again."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from tests.projections.changing import (
    PHASED,
    figures,
    journey,
    published,
    rehearsed,
    states,
    tell_all,
)
from tests.projections.ruling import other
from tests.projections.standing import catch_up, rows, tell

from dossier.catalogue import RULEBOOK, RulesetPublished
from dossier.log import Log
from dossier.refusals import Refused
from dossier.rulebook import record
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import catalogue
from projections.figures.figures import Asked, figure
from projections.figures.past import Past
from projections.generations import generations, live, store
from projections.generations.auditing import audit_projections
from projections.generations.rebuild import rebuild
from projections.project import TABLES
from projections.rehearsal.activation import activate
from projections.rulesets import rulebook
from projections.rulesets.publishing import prepared
from projections.rulesets.ruleset import RulesetUnknown, digest_of, ruleset


@pytest.fixture
def told(journal_log: Log) -> list[UUID]:
    return tell_all(journal_log)


def test_a_rebuild_under_other_rules_is_an_activation_too(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    rebuild(journal_log.database.owner, rules, workers=1)
    with journal_log.journal.reading() as connection:
        assert {entry.id: entry.status for entry in rulebook.entries(connection)} == {
            "2026.1": "retired",
            "2026.2": "active",
        }
        assert rulebook.last_activated(connection) == rules
    assert catch_up(journal_log.database.app) == 0


def test_other_rules_served_than_the_log_says_are_found(journal_log: Log, told: list[UUID]) -> None:
    """The former generation put back in the database, and no word of it in the log."""
    owner, app = journal_log.database.owner, journal_log.database.app
    rebuild(owner, published(journal_log, "sector.ict.2008"), workers=1)
    with psycopg.connect(owner) as connection:
        audit_projections(connection, app, lambda done, of: None)
        connection.execute("UPDATE projection.generation SET status = 'kept' WHERE status = 'served'")
        connection.execute("UPDATE projection.generation SET status = 'served' WHERE ruleset = '2026.1'")
        with pytest.raises(Wrong, match=r"^projection\.generation: the log says that 2026\.2 is in force"):
            audit_projections(connection, app, lambda done, of: None)


def test_the_log_alone_says_which_rules_are_in_force(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    activate(journal_log.database.app, rules.id, rehearsed(journal_log, rules).id, by="analyst")
    before = rows(journal_log.database.owner)
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("DELETE FROM projection.rehearsal")
        for (number,) in connection.execute("SELECT id FROM projection.generation").fetchall():
            generations.drop(connection, number)
    generations.ensure_served(journal_log.database.owner, ruleset())
    catch_up(journal_log.database.app)
    assert rows(journal_log.database.owner) == before


def test_one_projection_alone_is_regenerated(journal_log: Log, told: list[UUID]) -> None:
    before = rows(journal_log.database.owner)
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("UPDATE projection.current SET state = '{}'")
        connection.execute("UPDATE projection.timeline SET entries = '[]'")
    rebuild(journal_log.database.owner, ruleset(), workers=1, tables=["timeline"])
    after = rows(journal_log.database.owner)
    assert after["timeline"] == before["timeline"]
    assert after["current"] != before["current"], "it was copied as it was served"


def test_a_generation_says_no_more_than_its_position(journal_log: Log) -> None:
    """What is served at a position can be asked for again only if nothing later is in it."""
    dossier = new_dossier_id()
    tell(journal_log, dossier, journey("62.01", PHASED))
    with psycopg.connect(journal_log.database.app, autocommit=True) as connection:
        for position in range(1, 7):
            assert live.step(connection, batch=1) == 1
            assert states(journal_log)[dossier]["position"] == str(position)


def test_the_facts_of_any_position_are_those_that_were_served_then(journal_log: Log) -> None:
    dossiers = [new_dossier_id() for _ in range(3)]
    for number, dossier in enumerate(dossiers):
        tell(journal_log, dossier, journey("62.01" if number else "56.10", PHASED))
    kept: dict[int, dict[str, Any]] = {}
    with psycopg.connect(journal_log.database.app, autocommit=True) as connection:
        while live.step(connection, batch=4):
            generation = store.served(connection)
            assert generation is not None
            kept[generation.position] = figures(journal_log)
    past = Past(journal_log.journal, journal_log.database.reader)
    assert len(kept) == 5
    for position, counted in kept.items():
        generation, facts = past.facts(ruleset(), position)
        asked = Asked(controlled=False)
        again = {
            name: figure(one, asked, generation, facts)["rows"] for name, one in catalogue().items() if not one.ledger
        }
        assert again == counted, position


def test_a_projector_that_does_not_know_the_rules_waits_for_ones_it_knows(journal_log: Log, told: list[UUID]) -> None:
    reports: list[str] = []
    projector = live.Projector(journal_log.database.app, poll=0.01, report=reports.append)

    def known_again(reason: str) -> None:
        reports.append(reason)
        with psycopg.connect(journal_log.database.owner) as connection:
            connection.execute("UPDATE projection.generation SET ruleset = '2026.1', digest = %s", (ruleset().digest,))
        projector.report = lambda reason: projector.stop()

    tell(journal_log, told[0], [PHASED])
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET ruleset = '2999.1', digest = ''")
    projector.report = known_again
    thread = threading.Thread(target=projector.run)
    thread.start()
    deadline = 200
    while thread.is_alive() and deadline and not (reports and _level(journal_log)):
        thread.join(0.05)
        deadline -= 1
    projector.stop()
    thread.join()
    assert reports == ["there is no ruleset 2999.1; there are: 2026.1"]
    assert _level(journal_log)


def _level(log: Log) -> bool:
    with log.journal.reading() as connection:
        generation = store.served(connection)
    return generation is not None and generation.position == log.journal.head().position


def test_a_ruleset_is_known_wherever_the_log_is(journal_log: Log) -> None:
    rules = published(journal_log, "sector.ict.2008")
    for conninfo in (journal_log.database.app, journal_log.database.reader, journal_log.database.owner):
        with psycopg.connect(conninfo) as connection:
            assert rulebook.lookup(connection, "2026.2") == rules
            with pytest.raises(RulesetUnknown, match=r"no ruleset 2026\.3; there are: 2026\.1, 2026\.2"):
                rulebook.lookup(connection, "2026.3")


def test_what_a_ruleset_lacks_since_it_is_older_than_the_rule_holds_as_the_program_has_it(
    journal_log: Log, told: list[UUID]
) -> None:
    """Published by a version that knew sectors and phases alone: it is rehearsed, served, counted and built upon."""
    before, counted = states(journal_log), figures(journal_log)
    known = {name: rule for name, rule in ruleset().rules.items() if name.startswith(("sector.", "phase."))}
    fact = RulesetPublished(ruleset="2020.1", based_on="2026.1", digest=digest_of(known), rules=known, by="analyst")
    with psycopg.connect(journal_log.database.app) as connection:
        record(connection, [("published/2020.1", fact)], datetime.now(UTC))
        elder = rulebook.lookup(connection, "2020.1")
        assert rulebook.as_published(connection, "2020.1").rules == known
    catch_up(journal_log.database.app)
    assert elder.digest == digest_of(known), "what was published is what certificates name"
    activate(journal_log.database.app, elder.id, rehearsed(journal_log, elder).id, by="analyst")
    catch_up(journal_log.database.app)
    assert states(journal_log) == before
    assert figures(journal_log) == counted
    with psycopg.connect(journal_log.database.app) as connection:
        made = prepared(connection, "2027.1", "2020.1", other("sector.ict.2008").rules)
    assert made.rules == other("sector.ict.2008").rules


def test_an_activation_names_its_rehearsal_and_its_difference(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    done = rehearsed(journal_log, rules)
    made = activate(journal_log.database.app, rules.id, done.id, by="analyst", reason="a decision")
    last = journal_log.journal.history(RULEBOOK)[-1]
    data = orjson.loads(last.stored)["data"]
    assert last.position == made.position
    assert data == {
        "ruleset": "2026.2",
        "digest": rules.digest,
        "by": "analyst",
        "rehearsal": str(done.id),
        "difference": done.difference,
        "reason": "a decision",
    }
    with pytest.raises(Refused):
        activate(journal_log.database.app, rules.id, uuid4(), by="analyst")


def test_every_table_is_projected_when_what_is_served_was_made_by_another_program(
    journal_log: Log, told: list[UUID]
) -> None:
    rules = published(journal_log, "sector.ict.2008")
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET program = 'older'")
    done = rehearsed(journal_log, rules)
    with psycopg.connect(journal_log.database.owner) as connection:
        made = connection.execute("SELECT tables FROM projection.generation WHERE id = %s", (done.generation,))
        assert made.fetchone() == (sorted(TABLES),)
