"""The rulebook: the one record in the log of which rulesets were published, activated and retired, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from dossier.catalogue.fact import Fact
from dossier.catalogue.rules import RULEBOOK
from dossier.commitment import as_json
from dossier.decisions import OPERATOR
from dossier.event import Event, stamp
from dossier.journal import Draft, Recorded
from dossier.journal.draft import idempotency_key
from dossier.journal.recorder import SQL
from dossier.journal.turn import append

SOURCE = "urn:dossier:rulesets"


def published_key(ruleset: str) -> bytes:
    """The key a publication is found by: a ruleset is published once."""
    return idempotency_key(SOURCE, f"published/{ruleset}")


def record(connection: Connection[Any], facts: Sequence[tuple[str, Fact]], now: datetime) -> list[Recorded]:
    """Append facts, each under an id of its own, in the open transaction of the caller.

    An id taken before breaks the transaction: a ruleset is published once.
    """

    def drafts(recorded: datetime) -> list[Draft]:
        row = connection.execute(SQL["versions"], ([RULEBOOK],)).fetchone()
        first = row[1] + 1 if row else 1
        return [_draft(name, fact, version, recorded) for version, (name, fact) in enumerate(facts, first)]

    return append(connection, drafts, now)


def _draft(name: str, fact: Fact, version: int, recorded: datetime) -> Draft:
    at = stamp(recorded)
    event = Event(RULEBOOK, version, 0, OPERATOR, SOURCE, name, at, "day", at, fact)
    return Draft(event, as_json(fact), idempotency_key(SOURCE, name))
