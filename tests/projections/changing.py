"""A log whose rules change: published, rehearsed, and how dossiers and figures then stand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import orjson
import psycopg
from tests.projections.ruling import other
from tests.projections.standing import catch_up, served, tell
from tests.projections.telling import Told

from dossier.log import Log
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import catalogue
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, figure, rows_by
from projections.rehearsal import rehearsal
from projections.rehearsal.rehearsing import rehearse
from projections.rulesets.publishing import publish
from projections.rulesets.ruleset import Rules, Ruleset, digest_of, ruleset

UNREACHED = ("timeline", "fact_presence", "fact_phase", "fact_referral")


def journey(code: str, *more: Told) -> list[Told]:
    return [
        {"dossier-opened": {"channel": "desk"}, "at": "2024-01-15"},
        {"project-described": {"nace": {"version": "2008", "code": code}}},
        {"aid-applied": {"application_id": "a", "instrument": "grant"}, "by": "innoviris"},
        {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": "10.10"}, "by": "innoviris"},
        {"figures-reported": {"legal_identifier": "0403170701", "period": "2023", "headcount_fte": 12}},
        *more,
    ]


PHASED: Told = {"phase-declared": {"phase": "creation"}}


def tell_all(journal_log: Log) -> list[UUID]:
    """Tell of dossiers of various sectors, projected under the rules of the program."""
    dossiers = [new_dossier_id() for _ in range(6)]
    for number, dossier in enumerate(dossiers):
        tell(journal_log, dossier, journey("62.01" if number % 2 else "56.10", *[PHASED] * (number % 3)))
    catch_up(journal_log.database.app)
    return dossiers


def published(log: Log, *changed: str, name: str = "2026.2") -> Ruleset:
    """A ruleset with other values of some rules, published."""
    made = other(*changed, name=name)
    return published_as(log, {rule: made.rules[rule] for rule in changed}, name)


def published_as(log: Log, given: Rules, name: str = "2026.2") -> Ruleset:
    """A ruleset with these rules in place of some, published."""
    rules = ruleset().rules | given
    made = Ruleset(name, rules, digest_of(rules))
    entry, new = publish(log.database.app, name, "2026.1", given, by="analyst")
    assert (entry.digest, new) == (made.digest, True)
    catch_up(log.database.app)
    return made


def rehearsed(log: Log, rules: Ruleset, on: date | None = None) -> rehearsal.Rehearsal:
    """A rehearsal of a ruleset, done."""
    with log.journal.reading() as connection:
        asked = rehearsal.request(connection, rules, on)
    done = rehearse(log.database.owner, asked, workers=1)
    assert done.status == "done", done.reason
    return done


def difference(log: Log, done: rehearsal.Rehearsal) -> tuple[list[Any], list[Any]]:
    with log.journal.reading() as connection:
        found = list(rehearsal.pages(connection, done.id))
    return [e for page in found for e in page.dossiers], [e for page in found for e in page.figures]


def states(log: Log) -> dict[UUID, Any]:
    with psycopg.connect(log.database.owner) as connection:
        found = connection.execute(
            "SELECT dossier, state FROM projection.current WHERE generation = %s", (served(log.database.owner),)
        ).fetchall()
    return {dossier: orjson.loads(state) for dossier, state in found}


def figures(log: Log) -> dict[str, Any]:
    generation, facts = FactsReader(log.journal).facts()
    return {
        name: figure(found, Asked(controlled=False), generation, facts)["rows"]
        for name, found in catalogue().items()
        if not found.ledger
    }


By = tuple[str, ...]


def breakdowns(log: Log) -> dict[tuple[str, By], Any]:
    """The rows of every indicator, by its usual dimensions and by these with each other one."""
    _, facts = FactsReader(log.journal).facts()
    found = {}
    for name, told in catalogue().items():
        if not told.ledger:
            more = [one for one in told.dimensions if one not in told.by(None)]
            every = [told.by(None), *(told.by([*told.default, one]) for one in more)]
            for by, rows in zip(every, rows_by(told, facts, every), strict=True):
                found[name, tuple(by)] = rows
    return found
