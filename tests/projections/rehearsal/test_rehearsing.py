"""Rehearsing and activating on one log: what was told beforehand is what moves, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from tests.projections.changing import (
    PHASED,
    UNREACHED,
    breakdowns,
    difference,
    journey,
    published,
    published_as,
    rehearsed,
    states,
    tell_all,
)
from tests.projections.standing import Rows, catch_up, rows, served, tell
from tests.projections.telling import Told

from dossier.catalogue import RULEBOOK
from dossier.log import Log
from dossier.refusals import Refused
from dossier.writing.registration import new_dossier_id
from projections.generations import generations, store
from projections.generations.rebuild import rebuild
from projections.history.history import today
from projections.rehearsal import rehearsal
from projections.rehearsal.activation import activate
from projections.rehearsal.difference import changes
from projections.rehearsal.rehearsing import rehearse
from projections.rulesets.ruleset import Ruleset, ruleset


@pytest.fixture
def told(journal_log: Log) -> list[UUID]:
    return tell_all(journal_log)


@pytest.mark.parametrize(
    "changed", [("sector.ict.2008",), ("phase.without-declaration",), ("size.classes", "sector.ict.2008")], ids=str
)
def test_what_the_rehearsal_told_is_what_moves(journal_log: Log, told: list[UUID], changed: tuple[str, ...]) -> None:
    rules = published(journal_log, *changed)
    before, counted = states(journal_log), breakdowns(journal_log)
    done = rehearsed(journal_log, rules)
    foretold, moving = difference(journal_log, done)
    assert foretold
    assert states(journal_log) == before, "nothing moves by rehearsing"
    activate(journal_log.database.app, rules.id, done.id, by="analyst")
    after, recounted = states(journal_log), breakdowns(journal_log)
    actual = [(str(d), c.field, c.before, c.after) for d in before for c in changes(before[d], after[d], changed)]
    assert sorted((e["dossier"], e["field"], e["before"], e["after"]) for e in foretold) == sorted(actual)
    assert {rule for entry in foretold for rule in entry["because"]["rules"]} <= set(changed)
    moved = {asked for asked in counted if counted[asked] != recounted[asked]}
    assert {(entry["indicator"], tuple(entry["by"])) for entry in moving} <= moved
    assert all(entry["because"]["rules"] and set(entry["because"]["rules"]) <= set(changed) for entry in moving)
    assert {entry["indicator"] for entry in moving} == {name for name, _ in moved}


def test_a_list_of_sectors_moves_figures_by_sector_that_stand_as_they_were_in_total(
    journal_log: Log, told: list[UUID]
) -> None:
    tell(journal_log, new_dossier_id(), journey("62.01"))
    rules = published(journal_log, "sector.ict.2008")
    moving = difference(journal_log, rehearsed(journal_log, rules))[1]
    phases = [entry for entry in moving if entry["indicator"] == "entrepreneurs-by-phase"]
    assert {tuple(entry["by"]) for entry in phases} == {("phase", "sector")}, "as many dossiers as before"
    assert {entry["row"]["sector"] for entry in phases} == {"ict", "other"}
    assert all(set(entry["row"]) == set(entry["by"]) and entry["suppressed"] is None for entry in phases)


def test_a_figure_that_moves_by_no_usual_dimension_is_told_by_the_one_it_moves_by(journal_log: Log) -> None:
    """One commune gains in ICT what another loses: the share of the year stays as it was."""
    for number, (code, nis) in {"0403170701": ("62.01", "21009"), "0472909840": ("56.10", "21016")}.items():
        created = {"legal_identifier": number, "seat": {"nis": nis}}
        described = {"project-described": {"nace": {"version": "2008", "code": code}}}
        tell(journal_log, new_dossier_id(), [{"dossier-opened": {}}, described, {"enterprise-created": created}])
    catch_up(journal_log.database.app)
    rule = ruleset().rules["sector.ict.2008"]
    [value] = rule["values"]
    rules = published_as(journal_log, {"sector.ict.2008": rule | {"values": [value | {"value": ["56"]}]}})
    moving = difference(journal_log, rehearsed(journal_log, rules))[1]
    shares = [entry for entry in moving if entry["indicator"] == "ict-share"]
    assert [(one["by"], one["row"], one["before"], one["after"]) for one in shares] == [
        (["cohort", "commune"], {"cohort": 2024, "commune": "21009"}, 1, 0),
        (["cohort", "commune"], {"cohort": 2024, "commune": "21016"}, 0, 1),
    ]


def test_a_threshold_tells_which_cells_it_hides(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "disclosure.threshold")
    foretold, moving = difference(journal_log, rehearsed(journal_log, rules))
    assert foretold == []
    [share] = [entry for entry in moving if entry["indicator"] == "ict-share"]
    assert share == {"indicator": "ict-share", "by": ["cohort"], "row": {"cohort": 2024}, "before": 0.5, "after": None,
                     "suppressed": {"before": False, "after": True}, "on": today(),
                     "because": {"rules": ["disclosure.threshold"]}}  # fmt: skip
    assert {(e["suppressed"]["before"], e["suppressed"]["after"]) for e in moving} == {(False, True)}


def test_a_threshold_of_tomorrow_hides_cells_of_tomorrow_and_is_not_told_of_today(
    journal_log: Log, told: list[UUID]
) -> None:
    rule = ruleset().rules["disclosure.threshold"]
    tomorrow = str(date.fromisoformat(today()) + timedelta(days=1))
    higher = {"from": tomorrow, "value": 10, "source": "A decision"}
    rules = published_as(journal_log, {"disclosure.threshold": rule | {"values": [*rule["values"], higher]}})
    moving = difference(journal_log, rehearsed(journal_log, rules))[1]
    assert {entry["on"] for entry in moving} == {tomorrow}


def test_what_no_changed_rule_reaches_is_copied_and_equal_to_what_a_rebuild_makes(
    journal_log: Log, told: list[UUID]
) -> None:
    rules = published(journal_log, "sector.ict.2008", "size.classes")
    before = rows(journal_log.database.owner)
    done = rehearsed(journal_log, rules)
    with psycopg.connect(journal_log.database.owner) as connection:
        made = connection.execute("SELECT tables FROM projection.generation WHERE id = %s", (done.generation,))
        assert made.fetchone() == (["current", "fact_aid", "fact_dossier", "fact_enterprise"],), (
            "the others are not projected"
        )
    draft = rows(journal_log.database.owner, done.generation)
    for table in UNREACHED:
        assert draft[table] == before[table] != set() or table == "fact_referral"
    rebuild(journal_log.database.owner, rules, workers=1)
    assert rows(journal_log.database.owner) == draft


def test_a_draft_follows_the_log_until_it_is_served(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    done = rehearsed(journal_log, rules)
    tell(journal_log, told[0], [PHASED, {"contact-made": {"channel": "phone"}}])
    activate(journal_log.database.app, rules.id, done.id, by="analyst")
    assert catch_up(journal_log.database.app) == 0, "what is switched to is never behind what was served"
    assert whole(journal_log, rules) == rows(journal_log.database.owner)


def whole(log: Log, rules: Ruleset) -> Rows:
    """What a rebuild of everything under a ruleset makes."""
    rebuild(log.database.owner, rules, workers=1)
    return rows(log.database.owner)


def test_what_moves_the_difference_stops_the_activation(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    done = rehearsed(journal_log, rules)
    tell(journal_log, told[0], [{"project-described": {"nace": {"version": "2008", "code": "85.10"}}}])
    tell(journal_log, new_dossier_id(), journey("56.30"))
    at = served(journal_log.database.owner)
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    assert refusal.value.refusal.slug == "difference-moved"
    assert refusal.value.refusal.more["moved"]["dossiers"] == {"added": 1, "removed": 1, "changed": 0}
    assert served(journal_log.database.owner) == at
    assert journal_log.journal.history(RULEBOOK)[-1].version == 1, "a refused activation stands nowhere"


def test_a_figure_that_moves_much_further_than_was_approved_stops_the_activation(
    journal_log: Log, told: list[UUID]
) -> None:
    """Aid decided since for a dossier that moves anyhow: what it says moves as before, the sum by sector does not."""
    tell(journal_log, new_dossier_id(), journey("56.30"))
    rules = published(journal_log, "sector.ict.2008")
    done = rehearsed(journal_log, rules)
    decided = {"application_id": "b", "outcome": "granted", "amount": "5000.00"}
    more: list[Told] = [{"aid-applied": {"application_id": "b", "instrument": "grant"}, "by": "innoviris"},
                        {"aid-decided": decided, "by": "innoviris"}]  # fmt: skip
    tell(journal_log, told[0], more)
    catch_up(journal_log.database.app)
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    more_told = refusal.value.refusal.more
    assert set(more_told["moved"]["dossiers"].values()) == {0}
    assert more_told["moved"]["figures"] == {"added": 0, "removed": 0, "changed": 2}
    told_of = {(one["indicator"], one["row"]["sector"], one["approved"], one["now"]) for one in more_told["furthest"]}
    aid = "aid-by-agency-instrument-sector-year"
    assert told_of == {(aid, "ict", 10.1, 5010.1), (aid, "other", -10.1, -5010.1)}
    assert "Furthest: aid-by-agency-instrument-sector-year" in refusal.value.refusal.detail


def test_what_comes_at_the_last_moment_is_looked_at_too(
    journal_log: Log, told: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = published(journal_log, "sector.ict.2008")
    done = rehearsed(journal_log, rules)
    served_by = store.served

    def late(connection: store.Connection, *, hold: bool = False) -> store.Generation | None:
        if hold and not monkeypatch.context_was_used:  # type: ignore[attr-defined]
            monkeypatch.context_was_used = True  # type: ignore[attr-defined]
            tell(journal_log, new_dossier_id(), journey("56.30"))
        return served_by(connection, hold=hold)

    monkeypatch.context_was_used = False  # type: ignore[attr-defined]
    monkeypatch.setattr(store, "served", late)
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, done.id, by="analyst")
    assert refusal.value.refusal.more["moved"]["dossiers"]["added"] == 1


def test_going_back_takes_the_generation_that_was_kept(journal_log: Log, told: list[UUID]) -> None:
    first = served(journal_log.database.owner)
    rules = published(journal_log, "sector.ict.2008")
    activate(journal_log.database.app, rules.id, rehearsed(journal_log, rules).id, by="analyst")
    tell(journal_log, told[0], [PHASED])
    back = rehearsed(journal_log, ruleset())
    assert back.generation == first
    done = activate(journal_log.database.app, "2026.1", back.id, by="analyst", reason="too wide")
    assert (done.generation, served(journal_log.database.owner)) == (first, first)
    assert whole(journal_log, ruleset()) == rows(journal_log.database.owner, first)


def test_one_rehearsal_is_taken_up_where_another_was_cut_off(
    journal_log: Log, told: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = published(journal_log, "sector.ict.2008")
    with journal_log.journal.reading() as connection:
        asked = rehearsal.request(connection, rules)

    class Killed(BaseException):
        pass

    def killing(connection: object, generation: int) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(generations, "attach", killing)
        with pytest.raises(Killed):
            rehearse(journal_log.database.owner, asked, workers=1)
    with journal_log.journal.reading() as connection:
        assert rehearsal.read(connection, asked).status == "running"
    assert rehearse(journal_log.database.owner, asked, workers=1).status == "done"
    with psycopg.connect(journal_log.database.owner) as connection:
        assert connection.execute("SELECT count(*) FROM projection.generation").fetchone() == (2,)


def test_a_rehearsal_that_cannot_be_done_says_why(journal_log: Log, told: list[UUID]) -> None:
    rules = published(journal_log, "sector.ict.2008")
    with journal_log.journal.reading() as connection:
        asked = rehearsal.request(connection, rules)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("projections.rehearsal.rehearsing.reached_tables", lambda names: 1 / 0)
        failed = rehearse(journal_log.database.owner, asked, workers=1)
    assert (failed.status, failed.reason) == ("failed", "ZeroDivisionError: division by zero")
    with pytest.raises(Refused) as refusal:
        activate(journal_log.database.app, rules.id, asked, by="analyst")
    assert refusal.value.refusal.slug == "rehearsal-needed"
