"""The rulebook as read: the rulesets there are, those of the program and those published in the log, and their state.

Every process reads them here: what one publishes, all know.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
import psycopg

from dossier.catalogue import RULEBOOK, RulesetActivated, RulesetPublished, RulesetRetired
from dossier.database.queries import queries
from dossier.journal import Recorded
from dossier.rulebook import published_key, record
from projections.rulesets.ruleset import (
    ACTIVE,
    RELEASED,
    Ruleset,
    RulesetChanged,
    RulesetUnknown,
    completed,
    digest_of,
    ruleset,
)

SQL = queries(files("projections.rulesets") / "rulebook.sql")
Connection = psycopg.Connection[Any]
PROGRAM = "program"
"""Who published the rulesets that come with the program."""


class Entry(NamedTuple):
    """What is told of a ruleset: `status` is published, active or retired."""

    id: str
    digest: str
    status: str
    based_on: str | None
    published_at: str | None
    published_by: str

    def as_json(self) -> dict[str, Any]:
        """The entry as a list of rulesets has it."""
        return self._asdict()


def lookup(connection: Connection, name: str) -> Ruleset:
    """The ruleset of a name, published in the log or come with the program, as it is read. Raises RulesetUnknown."""
    return completed(as_published(connection, name))


def as_published(connection: Connection, name: str) -> Ruleset:
    """The same with those rules alone that its digest is of. Raises RulesetUnknown."""
    row = connection.execute(SQL["published"], (published_key(name),)).fetchone()
    if row:
        return _published(bytes(row[0]))
    try:
        return ruleset(name)
    except RulesetUnknown:
        known = ", ".join(entry.id for entry in entries(connection))
        raise RulesetUnknown(f"there is no ruleset {name}; there are: {known}") from None


def under(connection: Connection, name: str, digest: str) -> Ruleset:
    """The same by its name and digest, without asking the log for what came with the program.

    Raises RulesetUnknown, RulesetChanged: what was made under one set of rules is never told as made under another.
    """
    if name in RELEASED and ruleset(name).digest == digest:
        return _released(name)
    found = lookup(connection, name)
    if found.digest != digest:
        raise RulesetChanged(
            f"ruleset {name} was another when this was made: `dossier rebuild` makes anew what is read"
        )
    return found


@lru_cache(maxsize=32)
def _released(name: str) -> Ruleset:
    """A ruleset of the program, as it is read: put together once, for every answer follows one."""
    return completed(ruleset(name))


@lru_cache(maxsize=32)
def _published(stored: bytes) -> Ruleset:
    """The ruleset of a publication's stored bytes."""
    data = orjson.loads(stored)["data"]
    return Ruleset(data["ruleset"], data["rules"], digest_of(data["rules"]))


def entries(connection: Connection) -> list[Entry]:
    """Every ruleset: those of the program first, then as they were published."""
    served = connection.execute(SQL["active"]).fetchone()
    found = {name: Entry(name, ruleset(name).digest, "published", None, None, PROGRAM) for name in RELEASED}
    retired: dict[str, bool] = {}
    for _, stored in connection.execute(SQL["rulebook"], (RULEBOOK,)):
        event = orjson.loads(stored)
        data, name = event["data"], event["data"]["ruleset"]
        if event["type"] == RulesetPublished.TYPE:
            at = event["recordedtime"]
            found[name] = Entry(name, data["digest"], "published", data["based_on"], at, data["by"])
        elif event["type"] in (RulesetActivated.TYPE, RulesetRetired.TYPE):
            retired[name] = event["type"] == RulesetRetired.TYPE
    active = served[0] if served else ACTIVE
    return [entry._replace(status=_status(entry.id, active, retired)) for entry in found.values()]


def is_served(connection: Connection, name: str) -> bool:
    """Whether a ruleset is the one being served."""
    served = connection.execute(SQL["active"]).fetchone()
    return served is not None and served[0] == name


def _status(name: str, active: str, retired: dict[str, bool]) -> str:
    if name == active:
        return "active"
    return "retired" if retired.get(name) else "published"


class Retirement(NamedTuple):
    """Who retired a ruleset when and why."""

    at: str
    by: str
    reason: str | None


def retirement(connection: Connection, name: str) -> Retirement | None:
    """That by which a ruleset is retired now, if somebody did: a successor's taking its place is none."""
    found = None
    for _, stored in connection.execute(SQL["rulebook"], (RULEBOOK,)):
        event = orjson.loads(stored)
        data = event["data"]
        if data["ruleset"] != name or event["type"] == RulesetPublished.TYPE:
            continue
        alone = event["type"] == RulesetRetired.TYPE and data.get("successor") is None
        found = Retirement(event["recordedtime"], data["by"], data.get("reason")) if alone else None
    return found


def last_activated(connection: Connection, otherwise: Ruleset | None = None) -> Ruleset:
    """The ruleset that the log says is in force; where it says none, `otherwise` or the newest of the program."""
    row = connection.execute(SQL["last_activated"], (RULEBOOK, RulesetActivated.TYPE)).fetchone()
    return lookup(connection, orjson.loads(row[0])["data"]["ruleset"]) if row else otherwise or ruleset()


def approved_by(connection: Connection, rehearsal: UUID) -> int | None:
    """The position at which the ruleset in force was activated, where that rehearsal approved it; else None."""
    row = connection.execute(SQL["last_activated"], (RULEBOOK, RulesetActivated.TYPE)).fetchone()
    return row[1] if row and orjson.loads(row[0])["data"].get("rehearsal") == str(rehearsal) else None


def record_activation(
    connection: Connection,
    rules: Ruleset,
    before: str,
    *,
    by: str,
    reason: str | None = None,
    approved: tuple[str, str] | None = None,
) -> list[Recorded]:
    """Record, in the open transaction, that a ruleset takes the place of the one `before`.

    `approved` is the rehearsal and the digest of its difference.
    """
    rehearsal, difference = approved or (None, None)
    unique = uuid4().hex
    activated = RulesetActivated(
        ruleset=rules.id, digest=rules.digest, by=by, rehearsal=rehearsal, difference=difference, reason=reason
    )
    retired = RulesetRetired(ruleset=before, by=by, successor=rules.id, reason=reason)
    facts = [(f"retired/{unique}", retired), (f"activated/{unique}", activated)]
    return record(connection, facts, datetime.now(UTC))
