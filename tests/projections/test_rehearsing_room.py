"""Rehearsing a rule that reaches aid room, which stands in no table and changes with the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from tests.projections.changing import difference, published, rehearsed, tell_all
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told

from dossier.event import BRUSSELS
from dossier.log import Log
from dossier.refusals import Refused
from dossier.writing.registration import new_dossier_id
from projections import rulebook
from projections.activation import activate
from projections.dossiers import AsOf, Dossiers
from projections.publishing import publish
from projections.ruleset import ruleset


@pytest.fixture
def told(journal_log: Log) -> list[UUID]:
    return tell_all(journal_log)


CEILING = "de-minimis.ceiling"
GRANTED: list[Told] = [
    {"dossier-opened": {"channel": "desk"}, "at": "2024-01-15"},
    {"enterprise-created": {"legal_identifier": "0472909840"}, "at": "2024-02-01"},
    {"aid-applied": {"application_id": "a", "instrument": "grant", "legal_basis": "de-minimis"}, "by": "innoviris"},
    {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": "180000.00", "legal_basis": "de-minimis",
                     "gross_grant_equivalent": "180000.00"}, "by": "innoviris"},
]  # fmt: skip


def test_a_lower_ceiling_tells_how_much_room_is_left_and_which_grants_exceed_it(
    journal_log: Log, told: list[UUID]
) -> None:
    """Aid room stands in no table: it is compared as it would be read; the worth of capital alone is projected anew."""
    [granted, other_founder] = [new_dossier_id() for _ in range(2)]
    tell(journal_log, granted, GRANTED)
    holder: list[Told] = [GRANTED[0], {"enterprise-linked": {"legal_identifier": "0472909840"}, "at": "2024-03-01"}]
    tell(journal_log, other_founder, holder)
    catch_up(journal_log.database.app)
    rules = published(journal_log, CEILING)
    done = rehearsed(journal_log, rules)
    with psycopg.connect(journal_log.database.owner) as connection:
        made = connection.execute("SELECT tables FROM projection.generation WHERE id = %s", (done.generation,))
        assert made.fetchone() == (["fact_aid"],)
    entries = {(e["dossier"], e["field"]): e for e in difference(journal_log, done)[0]}
    for dossier in (granted, other_founder):
        room = entries[str(dossier), "aid.de_minimis.room"]
        assert (room["before"], room["after"]) == ("120000.00", "0.00")
        assert room["because"]["rules"] == [CEILING]
        assert room["because"]["positions"]
    flags = entries[str(granted), "flags"]
    assert [flag["flag"] for flag in flags["before"]] == []
    assert [flag["flag"] for flag in flags["after"]] == ["de-minimis-ceiling-exceeded"]
    assert flags["because"]["rules"] == [CEILING]
    assert flags["because"]["positions"] == entries[str(granted), "aid.de_minimis.room"]["because"]["positions"] != []
    activate(journal_log.database.app, rules.id, done.id, by="analyst")
    shown = Dossiers(journal_log.journal).state(other_founder, AsOf(), personal=False)
    assert shown is not None
    assert shown.document["aid"]["de_minimis"]["room"] == "0.00"
    then = AsOf(position=done.position, ruleset="2026.1")
    asked = Dossiers(journal_log.journal).state(other_founder, then, personal=False)
    assert asked is not None
    assert asked.document["aid"]["de_minimis"]["room"] == "120000.00"


def test_a_grant_told_on_one_dossier_moves_the_room_of_another_and_stops_the_activation(
    journal_log: Log, told: list[UUID]
) -> None:
    [granted, other_founder] = [new_dossier_id() for _ in range(2)]
    tell(journal_log, granted, GRANTED[:2])
    holder: list[Told] = [GRANTED[0], {"enterprise-linked": {"legal_identifier": "0472909840"}, "at": "2024-03-01"}]
    tell(journal_log, other_founder, holder)
    catch_up(journal_log.database.app)
    rules = published(journal_log, CEILING)
    done = rehearsed(journal_log, rules)
    tell(journal_log, granted, GRANTED[2:])
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    assert refusal.value.refusal.more["moved"]["dossiers"]["changed"] >= 2, "of both dossiers"


def test_a_ceiling_of_tomorrow_is_rehearsed_as_of_tomorrow(journal_log: Log, told: list[UUID]) -> None:
    granted = new_dossier_id()
    tell(journal_log, granted, GRANTED)
    catch_up(journal_log.database.app)
    today = datetime.now(BRUSSELS).date()
    tomorrow = today + timedelta(days=1)
    rule = ruleset().rules[CEILING]
    lower = {"from": tomorrow.isoformat(), "value": 200_000, "source": "A decision"}
    changes = {CEILING: rule | {"values": [*rule["values"], lower]}}
    publish(journal_log.database.app, "2027.1", "2026.1", changes, by="analyst")
    with journal_log.journal.reading() as connection:
        rules = rulebook.lookup(connection, "2027.1")
    done = rehearsed(journal_log, rules)
    assert done.on == tomorrow
    room = {e["field"]: (e["before"], e["after"]) for e in difference(journal_log, done)[0]}["aid.de_minimis.room"]
    assert room == ("120000.00", "20000.00")
    early = rehearsed(journal_log, rules, today)
    assert early.on == today
    assert {e["field"] for e in difference(journal_log, early)[0]} == {"aid.de_minimis.frees"}, "room of a later day"
