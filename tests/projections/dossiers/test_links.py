"""Linked dossiers are linked on both, whichever it was told on, as of both clocks; by the word that happened last."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import psycopg
import pytest
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told

from dossier.journal.recorder import SQL
from dossier.log import Log
from dossier.writing.registration import new_dossier_id
from projections.dossiers.dossiers import AsOf, Dossiers


@pytest.fixture
def two(shared_log: Log) -> tuple[UUID, UUID]:
    one, other = new_dossier_id(), new_dossier_id()
    for dossier in (one, other):
        tell(shared_log, dossier, [{"dossier-opened": {}, "at": "2024-01-15"}])
    return one, other


def says(log: Log, dossier: UUID, name: str, of: UUID, at: str, by: str = "human") -> int:
    [position] = tell(log, dossier, [{name: {"other": str(of), "by": by}, "at": at}])
    return position


def linked(log: Log, dossier: UUID, as_of: AsOf = AsOf()) -> list[str]:  # noqa: B008 - a value that nobody can change
    """What the dossier shows; the same from its rows and from the log."""
    shown = [Dossiers(log.journal).state(dossier, as_of, personal=personal) for personal in (False, True)]
    served, read = [state.document["linked"] for state in shown if state]
    assert served == read
    return list(served)


def test_a_link_is_seen_from_both_dossiers_and_ended_from_either(shared_log: Log, two: tuple[UUID, UUID]) -> None:
    one, other = two
    says(shared_log, one, "dossiers-linked", other, "2024-02-01")
    catch_up(shared_log.database.app)
    assert (linked(shared_log, one), linked(shared_log, other)) == ([str(other)], [str(one)])
    says(shared_log, other, "dossiers-unlinked", one, "2024-03-01")
    catch_up(shared_log.database.app)
    assert (linked(shared_log, one), linked(shared_log, other)) == ([], [])
    then = AsOf(effective=date(2024, 2, 15))
    assert (linked(shared_log, one, then), linked(shared_log, other, then)) == ([str(other)], [str(one)])
    assert linked(shared_log, other, AsOf(effective=date(2024, 1, 31))) == []


def test_a_link_taken_back_is_seen_on_neither(shared_log: Log, two: tuple[UUID, UUID]) -> None:
    one, other = two
    position = says(shared_log, one, "dossiers-linked", other, "2024-02-01")
    back: Told = {"event-retracted": {"corrects": str(position)}}
    tell(shared_log, one, [back])
    assert (linked(shared_log, one), linked(shared_log, other)) == ([], [])
    assert linked(shared_log, other, AsOf(position=position)) == [str(one)]


def test_a_link_corrected_to_another_dossier_is_seen_on_that_one(shared_log: Log, two: tuple[UUID, UUID]) -> None:
    one, other = two
    third = new_dossier_id()
    tell(shared_log, third, [{"dossier-opened": {}, "at": "2024-01-15"}])
    position = says(shared_log, one, "dossiers-linked", other, "2024-02-01")
    tell(shared_log, one, [{"event-corrected": {"corrects": str(position), "data": {"other": str(third)}}}])
    assert [linked(shared_log, each) for each in (one, other, third)] == [[str(third)], [], [str(one)]]


def test_a_rule_never_overrules_a_human_whatever_was_recorded_first(shared_log: Log, two: tuple[UUID, UUID]) -> None:
    one, other = two
    says(shared_log, one, "dossiers-linked", other, "2024-03-01", by="rule")
    assert linked(shared_log, other) == [str(one)]
    says(shared_log, other, "dossiers-distinct", one, "2024-02-01")
    assert (linked(shared_log, one), linked(shared_log, other)) == ([], [])


def test_who_names_a_dossier_is_found_by_an_index(shared_log: Log) -> None:
    with psycopg.connect(shared_log.database.app) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(b"EXPLAIN " + SQL["comparing"], {"dossier": new_dossier_id()}).fetchall()
    assert "event_7" in str(plan)
    assert str(plan).count("_substring_idx") == 8, "in each partition"
