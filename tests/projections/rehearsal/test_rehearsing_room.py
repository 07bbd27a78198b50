"""Rehearsing a rule that reaches aid room, which stands in no table and changes with the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.projections.changing import difference, published, published_as, rehearsed, tell_all
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told

from dossier.event import BRUSSELS
from dossier.log import Log
from dossier.refusals import Refused
from dossier.writing.registration import new_dossier_id
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.rehearsal import rehearsal
from projections.rehearsal.activation import activate
from projections.rulesets import rulebook
from projections.rulesets.publishing import publish
from projections.rulesets.ruleset import Ruleset, ruleset


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
    assert {e["on"] for e in difference(journal_log, early)[0]} == {str(today)}


def ceilings(log: Log, *values: tuple[str, int], name: str = "2027.1") -> Ruleset:
    """A ruleset with these ceilings, each from a day on, in place of all."""
    dated = [{"from": day, "value": value, "source": "A decision"} for day, value in values]
    return published_as(log, {CEILING: ruleset().rules[CEILING] | {"values": dated}}, name)


@pytest.fixture
def tomorrow() -> str:
    return str(datetime.now(BRUSSELS).date() + timedelta(days=1))


@pytest.fixture
def today(tomorrow: str) -> str:
    return str(date.fromisoformat(tomorrow) - timedelta(days=1))


@pytest.fixture
def granted(journal_log: Log, told: list[UUID]) -> UUID:
    """A dossier with a grant of 180,000."""
    dossier = new_dossier_id()
    tell(journal_log, dossier, GRANTED)
    catch_up(journal_log.database.app)
    return dossier


def rooms(entries: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return {e["on"]: (e["before"], e["after"]) for e in entries if e["field"] == "aid.de_minimis.room"}


def test_a_value_dropped_is_told_of_today_though_all_is_as_before_on_the_day_of_the_change(
    journal_log: Log, granted: UUID, today: str, tomorrow: str
) -> None:
    rules = ceilings(journal_log, ("2014-01-01", 200_000), (tomorrow, 300_000))
    done = rehearsed(journal_log, rules)
    assert {today, tomorrow} <= {str(day) for day in done.days}
    assert rooms(difference(journal_log, done)[0]) == {today: ("120000.00", "20000.00")}


def test_a_day_named_tells_of_it_alone_and_approves_nothing_where_others_move(
    journal_log: Log, granted: UUID, tomorrow: str
) -> None:
    rules = ceilings(journal_log, ("2014-01-01", 200_000), (tomorrow, 300_000))
    done = rehearsed(journal_log, rules, date.fromisoformat(tomorrow))
    assert difference(journal_log, done)[0] == []
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    assert refusal.value.refusal.slug == "rehearsal-needed"
    assert f"on {tomorrow} alone" in refusal.value.refusal.detail
    with journal_log.journal.reading() as connection:
        assert rehearsal.latest(connection, rules.id) is None
    whole = rehearsed(journal_log, rules).id
    with journal_log.journal.reading() as connection:
        assert rehearsal.latest(connection, rules.id) == whole


def test_a_field_that_differs_on_several_days_is_told_of_each_page_by_page(
    journal_log: Log, granted: UUID, today: str, tomorrow: str
) -> None:
    rules = ceilings(journal_log, ("2014-01-01", 200_000), (tomorrow, 250_000))
    done = rehearsed(journal_log, rules)
    whole = difference(journal_log, done)[0]
    assert rooms(whole) == {today: ("120000.00", "20000.00"), tomorrow: ("120000.00", "70000.00")}
    assert {e["on"] for e in whole if not e["field"].startswith("aid.")} <= {None}
    with journal_log.journal.reading() as connection:
        paged = [e for page in rehearsal.pages(connection, done.id, 1) for e in page.dossiers]
        counts = rehearsal.counts(connection, done.id)
        days = rehearsal.by_day(connection, done.id)
    assert paged == whole
    assert (counts["dossiers"], counts["fields"]["aid.de_minimis.room"]) == (1, 1), "one dossier, not one for each day"
    assert days == {today: 1, tomorrow: 1}


def test_a_refusal_says_how_many_dossiers_moved_and_how_many_of_their_fields(
    journal_log: Log, told: list[UUID], tomorrow: str
) -> None:
    rules = ceilings(journal_log, ("2014-01-01", 200_000), (tomorrow, 250_000))
    done = rehearsed(journal_log, rules)
    tell(journal_log, new_dossier_id(), GRANTED)
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    moved = refusal.value.refusal.more["moved"]
    assert moved["dossiers"] == {"added": 1, "removed": 0, "changed": 0}
    assert moved["fields"]["added"] > 1
    assert f"1 dossier added; {moved['fields']['added']} fields of dossiers added" in refusal.value.refusal.detail


def test_a_breach_that_a_regulation_to_come_heals_is_told_of_its_first_day(
    journal_log: Log, told: list[UUID], tomorrow: str
) -> None:
    granted = new_dossier_id()
    much = {"amount": "400000.00", "gross_grant_equivalent": "400000.00"}
    decided = {"application_id": "a", "outcome": "granted", "legal_basis": "de-minimis", **much}
    tell(journal_log, granted, [*GRANTED[:3], {"aid-decided": decided, "by": "innoviris"}])
    catch_up(journal_log.database.app)
    known, younger = ruleset().rules, {"from": tomorrow, "source": "A regulation"}
    says: dict[str, Any] = {"de-minimis.regulation": "1407/2013", CEILING: 500_000}
    changes = {
        name: known[name]
        | {"values": [v for v in known[name]["values"] if v["from"] < tomorrow] + [younger | {"value": value}]}
        for name, value in says.items()
    }
    publish(journal_log.database.app, "2027.1", "2026.1", changes, by="analyst")
    with journal_log.journal.reading() as connection:
        rules = rulebook.lookup(connection, "2027.1")
    entries = difference(journal_log, rehearsed(journal_log, rules))[0]
    [flags] = [entry for entry in entries if entry["field"] == "flags"]
    assert flags["on"] == tomorrow, "today it is a breach under both"
    assert [flag["flag"] for flag in flags["before"]] == ["de-minimis-ceiling-exceeded"]
    assert flags["after"] == []
