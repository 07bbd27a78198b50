"""Filling a log: nothing is refused, nothing is added twice, each journey is stored in its order."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from api.demonstration.agencies import AGENCIES
from api.demonstration.entrepreneur import dossier_id
from api.demonstration.fill import CHUNK, Filler, Summary, by_agency, chunks, fill
from api.demonstration.journey import journeys
from api.demonstration.story import Posting
from dossier.agencies import Agency
from dossier.amendment import amend
from dossier.catalogue import TYPES
from dossier.database.connections import Database
from dossier.log import Log, running_log

DOSSIERS, SEED, UNTIL = 300, 3, date(2025, 6, 30)


@pytest.fixture(scope="module")
def log(shared_database: Database) -> Iterator[Log]:
    """A log that one of the organisations was registered in before, under another name."""
    with running_log(shared_database) as log:
        log.register(Agency("hub", "Le hub", "De hub", "The hub", "https://hub.brussels/events"))
        yield log


@pytest.fixture(scope="module")
def steps() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def summary(log: Log, steps: list[tuple[int, int]]) -> Summary:
    """The log filled once."""
    return fill(log, DOSSIERS, SEED, UNTIL, lambda done, of: steps.append((done, of)))


def test_nothing_is_refused(summary: Summary) -> None:
    assert (summary.refused, summary.refusals, summary.duplicate) == (0, (), 0)
    assert summary.accepted == sum(map(len, journeys(DOSSIERS, SEED, UNTIL)))


def test_progress_ends_when_all_is_done(summary: Summary, steps: list[tuple[int, int]]) -> None:
    assert steps[-1] == (DOSSIERS, DOSSIERS)


def test_organisations_are_registered_but_not_renamed(log: Log, summary: Summary) -> None:
    assert {agency.id for agency in AGENCIES} <= set(log.agencies)
    assert log.agencies["hub"].name_fr == "Le hub"
    assert log.agencies["impulse"].successor == "hub"


def test_filling_again_adds_nothing(log: Log, summary: Summary) -> None:
    assert fill(log, DOSSIERS, SEED, UNTIL) == Summary(0, summary.accepted, 0, ())


def test_a_larger_population_only_adds(log: Log, summary: Summary) -> None:
    larger = fill(log, DOSSIERS + 5, SEED, UNTIL)
    assert (larger.duplicate, larger.refused) == (summary.accepted, 0)
    assert larger.accepted > 0


def test_the_log_holds_every_type(log: Log, summary: Summary) -> None:
    with log.journal.reading() as connection:
        found = {row[0] for row in connection.execute("SELECT DISTINCT type FROM journal.event")}
    assert found == set(TYPES)


def test_each_history_keeps_the_order_of_its_journey(log: Log, summary: Summary) -> None:
    for number, journey in enumerate(journeys(40, SEED, UNTIL)):
        dossier = UUID(dossier_id(SEED, number))
        history = log.journal.events_of([dossier]).get(dossier, [])
        assert [event.id for event in history] == [posting.event["id"] for posting in journey]
        expected = {journey[p.corrects].event["id"] for p in journey if p.corrects is not None}
        amended = amend(history)
        by_position = {event.position: event.id for event in history}
        assert {by_position[p] for p in (*amended.retracted_by, *amended.corrected_by)} == expected


def test_a_refusal_is_counted_and_takes_its_amendment_with_it(database: Database) -> None:
    opening = next(journeys(1, SEED, UNTIL))[0]
    bad = opening._replace(event={**opening.event, "id": "bad", "data": {"colour": "red"}})
    retraction = {**opening.event, "id": "worse", "type": "brussels.dossier.event-retracted.v1", "data": {}}
    amendment = Posting(opening.agency_id, retraction, corrects=1)
    with running_log(database) as log:
        log.register(*AGENCIES)
        filler = Filler(log)
        filler.post([[opening, bad, amendment]])
        filler.settle(0)
    summary = filler.summary()
    assert (summary.accepted, summary.refused) == (1, 2)
    assert [(posting.event["id"], refusal.slug) for posting, refusal in summary.refusals] == [
        ("bad", "invalid"),
        ("worse", "event-unknown"),
    ]


def test_a_population_is_taken_in_chunks() -> None:
    journey = [Posting("hub", {})]
    sizes = [len(chunk) for chunk in chunks(journey for _ in range(2 * CHUNK + 1))]
    assert sizes == [CHUNK, CHUNK, 1]


def test_a_round_is_grouped_by_organisation() -> None:
    hub, bee = Posting("hub", {}), Posting("bee", {})
    assert by_agency([[hub, bee], [bee], [hub, hub]], 0) == {"hub": [0, 2], "bee": [1]}
    assert by_agency([[hub, bee], [bee], [hub, hub]], 1) == {"bee": [0], "hub": [2]}
