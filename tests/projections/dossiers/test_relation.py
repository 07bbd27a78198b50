"""Which organisations are related to a dossier: they have recorded on it, are referred to, or hold a mandate."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import psycopg
import pytest
from tests.projections.standing import tell
from tests.projections.telling import Told

from dossier.log import Log
from dossier.writing.registration import new_dossier_id
from projections.dossiers.relation import related

TODAY = date(2026, 3, 10)
OPENED: Told = {"dossier-opened": {}, "at": "2024-01-15"}
MANDATE = {"agency": "finance", "purpose": "coaching", "legal_ground": "consent"}


def mandate(at: str, **more: str) -> Told:
    return {"mandate-declared": MANDATE | more, "at": at}


def referral(**more: object) -> Told:
    return {"referral-made": {"referral_id": "r", "to_agency": "innoviris"} | more, "at": "2024-02-01"}


def declined(at: str) -> Told:
    """By whoever made it, to whom the entrepreneur said no."""
    return {"referral-declined": {"referral_id": "r", "reason_code": "entrepreneur-declined"}, "at": at}


CASES: dict[str, tuple[list[Told], set[str]]] = {
    "who recorded": ([OPENED], {"hub"}),
    "a referral, to whom it is addressed": (
        [OPENED, {"referral-made": {"referral_id": "r", "to_agency": "innoviris"}, "at": "2024-02-01"}],
        {"hub", "innoviris"},
    ),
    "a referral the entrepreneur agreed to": ([OPENED, referral(agreed=True)], {"hub", "innoviris"}),
    "no referral the entrepreneur did not agree to": ([OPENED, referral(agreed=False)], {"hub"}),
    "no referral that was declined": ([OPENED, referral(), declined("2024-03-01")], {"hub"}),
    "no referral declined on a day told as earlier": ([OPENED, referral(), declined("2024-01-20")], {"hub"}),
    "a referral beside one that was declined": (
        [OPENED, referral(), declined("2024-03-01"), referral(referral_id="s")],
        {"hub", "innoviris"},
    ),
    "a mandate without an end": ([OPENED, mandate("2024-02-01")], {"hub", "finance"}),
    "a mandate until today": ([OPENED, mandate("2024-02-01", until="2026-03-10")], {"hub", "finance"}),
    "a mandate until yesterday": ([OPENED, mandate("2024-02-01", until="2026-03-09")], {"hub"}),
    "a mandate that ended": (
        [OPENED, mandate("2024-02-01"), {"mandate-ended": {"agency": "finance"}, "at": "2024-03-01"}],
        {"hub"},
    ),
    "two mandates of which one ended": (
        [
            OPENED,
            mandate("2024-02-01"),
            mandate("2024-02-02", purpose="financing"),
            {"mandate-ended": {"agency": "finance", "purpose": "coaching"}, "at": "2024-03-01"},
        ],
        {"hub", "finance"},
    ),
    "two mandates that both ended": (
        [
            OPENED,
            mandate("2024-02-01"),
            mandate("2024-02-02", purpose="financing"),
            {"mandate-ended": {"agency": "finance"}, "at": "2024-03-01"},
        ],
        {"hub"},
    ),
    "a mandate declared again": (
        [
            OPENED,
            mandate("2024-02-01"),
            {"mandate-ended": {"agency": "finance"}, "at": "2024-03-01"},
            mandate("2024-04-01"),
        ],
        {"hub", "finance"},
    ),
    "a mandate reported late, before its end": (
        [
            OPENED,
            mandate("2024-02-01"),
            {"mandate-ended": {"agency": "finance"}, "at": "2024-05-01"},
            mandate("2024-04-01"),
        ],
        {"hub"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_organisation_is_related_by(journal_log: Log, case: str) -> None:
    told, expected = CASES[case]
    dossier = new_dossier_id()
    tell(journal_log, dossier, told)
    assert related(journal_log.journal, [dossier], TODAY) == {dossier: frozenset(expected)}


def amended(log: Log, amendment: str, said: dict[str, object]) -> frozenset[str]:
    dossier = new_dossier_id()
    made: Told = {"referral-made": {"referral_id": "r", "to_agency": "innoviris"}, "at": "2024-02-01"}
    positions = tell(log, dossier, [OPENED, made])
    tell(log, dossier, [{amendment: {"corrects": str(positions[1])} | said, "at": "2024-03-01"}])
    return related(log.journal, [dossier], TODAY)[dossier]


def test_a_retracted_referral_gives_no_relation(journal_log: Log) -> None:
    assert amended(journal_log, "event-retracted", {"reason": "by mistake"}) == {"hub"}


def test_a_corrected_referral_relates_whom_it_now_names(journal_log: Log) -> None:
    data = {"referral_id": "r", "to_agency": "finance"}
    assert amended(journal_log, "event-corrected", {"data": data}) == {"hub", "finance"}


def test_a_declined_referral_relates_again_once_the_no_is_retracted(journal_log: Log) -> None:
    dossier = new_dossier_id()
    *_, position = tell(journal_log, dossier, [OPENED, referral(), declined("2024-03-01")])
    assert related(journal_log.journal, [dossier], TODAY)[dossier] == {"hub"}
    tell(journal_log, dossier, [{"event-retracted": {"corrects": str(position)}, "at": "2024-03-02"}])
    assert related(journal_log.journal, [dossier], TODAY)[dossier] == {"hub", "innoviris"}


def test_many_dossiers_are_looked_up_in_two_queries(journal_log: Log) -> None:
    dossiers = [new_dossier_id() for _ in range(5)]
    for dossier in dossiers[:4]:
        tell(journal_log, dossier, [OPENED])
    found = related(journal_log.journal, dossiers, TODAY)
    assert [found[dossier] for dossier in dossiers] == [frozenset({"hub"})] * 4 + [frozenset()]
    assert related(journal_log.journal, [], TODAY) == {}


def test_an_event_that_cannot_be_read_gives_no_relation_and_breaks_none(journal_log: Log) -> None:
    dossier = new_dossier_id()
    tell(journal_log, dossier, [OPENED, mandate("2024-02-01")])
    unreadable(journal_log, dossier)
    assert related(journal_log.journal, [dossier], TODAY)[dossier] == {"hub", "finance"}


def unreadable(log: Log, dossier: UUID) -> None:
    """As a newer version would have written it."""
    head = log.journal.head()
    with psycopg.connect(log.database.owner) as connection:
        connection.execute(
            "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored) "
            "VALUES (%s, %s, 3, 'brussels.dossier.referral-made.v9', 'hub', %s, %s)",
            (head.position + 1, dossier, head.recordedtime, b'{"type":"brussels.dossier.referral-made.v9"}'),
        )
