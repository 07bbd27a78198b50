"""A rehearsal: one ruleset tried against the one served. Asked for here, done by `rehearsing`, read by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
import psycopg

from dossier.database.queries import queries
from dossier.refusals import refused
from projections.generations import generations, store
from projections.history.history import today
from projections.rehearsal.compared_days import needed
from projections.rehearsal.difference import Moved
from projections.rulesets import rulebook
from projections.rulesets.ruleset import Ruleset, RulesetUnknown, latest_change

SQL = queries(files("projections.rehearsal") / "rehearsal.sql")
Connection = psycopg.Connection[Any]
FIRST = UUID(int=0)
FIGURES = "f.0"
"""The cursor of the first cell."""


class Rehearsal(NamedTuple):
    """What is known of a rehearsal; `position` is 0 until the difference is known. Counts are events.

    Aid room is compared as of each of `days`; `on` is the one named, else the last on which a rule changes, or today.
    One that was compared only `partly` (on a named day, while values change on others) approves no activation.
    """

    id: UUID
    ruleset: str
    digest: str
    against: str
    status: str
    reason: str | None
    generation: int | None
    position: int
    done: int
    volume: int
    per_second: float
    difference: str | None
    on: date
    days: list[date]
    partly: bool

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the rate so far; None when that cannot be told."""
        return round((self.volume - self.done) / self.per_second, 1) if self.per_second else None


class Page(NamedTuple):
    """A stretch of a difference, and where the next one begins; None after the last."""

    dossiers: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    cursor: str | None


def request(connection: Connection, rules: Ruleset, on: date | None = None) -> UUID:
    """Ask for a rehearsal of a ruleset against the one served; whoever keeps the server does it. Raises Refused.

    Aid room is judged `on` a day; when none is named, today and on each day to come on which a value changes.
    """
    served = store.served(connection)
    if served is None:
        raise refused("unavailable", "Nothing is projected yet: try again in a moment.")
    if served.ruleset == rules.id:
        raise refused("ruleset-active", f"{rules.id} is the ruleset being served: there is nothing to compare.")
    rehearsal = uuid4()
    told = {"id": rehearsal, "ruleset": rules.id, "digest": rules.digest, "against": served.ruleset}
    before = rulebook.under(connection, served.ruleset, served.digest)
    connection.execute(SQL["request"], told | _days(before, rules, on))
    return rehearsal


def _days(before: Ruleset, rules: Ruleset, named: date | None) -> dict[str, Any]:
    """The days to compare on, and whether that is less than an activation needs."""
    wanted, now = needed(before, rules, date.fromisoformat(today())), today()
    if named is not None:
        return {"on": named, "days": [named], "partly": not {named}.issuperset(wanted)}
    last = date.fromisoformat(max(now, latest_change(before, rules) or now))
    return {"on": last, "days": sorted({*wanted, last}), "partly": False}


def read(connection: Connection, rehearsal: UUID) -> Rehearsal:
    """A rehearsal by its id. Raises Refused."""
    row = connection.execute(SQL["read"], (rehearsal,)).fetchone()
    if row is None:
        raise refused("not-found", "No rehearsal has this id.")
    return Rehearsal(*row)


def latest(connection: Connection, ruleset: str) -> UUID | None:
    """The last finished rehearsal of a ruleset against the one served."""
    row = connection.execute(rulebook.SQL["active"]).fetchone()
    found = connection.execute(SQL["latest"], (ruleset, row[0] if row else "")).fetchone()
    return found[0] if found else None


def is_kept(connection: Connection, ruleset: str) -> bool:
    """Whether a generation under a ruleset was served before and can be caught up."""
    try:
        rules = rulebook.lookup(connection, ruleset)
    except RulesetUnknown:
        return False
    ready = connection.execute(generations.SQL["ready"], (rules.id, rules.digest, generations.program()))
    return ready.fetchone() is not None


def counts(connection: Connection, rehearsal: UUID) -> dict[str, Any]:
    """How many dossiers and cells differ; of the dossiers also by field."""
    row = connection.execute(SQL["counts"], {"rehearsal": rehearsal}).fetchone() or (0, 0)
    fields = dict(connection.execute(SQL["fields"], (rehearsal,)).fetchall())
    return {"dossiers": row[0], "figures": row[1], "fields": fields}


def entries(connection: Connection, rehearsal: UUID) -> int:
    """How many fields of dossiers differ, each counted on each of its days."""
    row = connection.execute(SQL["entries"], (rehearsal,)).fetchone()
    return int(row[0]) if row else 0


def by_day(connection: Connection, rehearsal: UUID) -> dict[str, int]:
    """How many dossiers differ on each day, in what changes with the day."""
    return dict(connection.execute(SQL["days"], (rehearsal,)).fetchall())


def page(connection: Connection, rehearsal: UUID, cursor: str | None, limit: int) -> Page:
    """Entries after a cursor: the fields of dossiers first, then the cells of figures. Raises Refused."""
    dossiers: list[dict[str, Any]] = []
    kind, _, rest = (cursor or f"d.{FIRST}..").partition(".")
    number = 0
    try:
        if kind == "d":
            text, _, place = rest.partition(".")
            field, _, day = place.rpartition(".")
            after = {"rehearsal": rehearsal, "dossier": UUID(text), "field": field, "day": day, "limit": limit}
            dossiers = [_dossier(*row) for row in connection.execute(SQL["dossiers"], after)]
        else:
            number = int(rest)
    except ValueError:
        raise refused("invalid", "Take the cursor from the Link header.", ("/cursor", "unknown")) from None
    if len(dossiers) == limit:
        last = dossiers[-1]
        return Page(dossiers, [], f"d.{last['dossier']}.{last['field']}.{last['on'] or ''}")
    left = limit - len(dossiers)
    rows = connection.execute(SQL["figures"], (rehearsal, number, left)).fetchall()
    figures = [_figure(_cell(*row[1:])) for row in rows]
    return Page(dossiers, figures, f"f.{rows[-1][0]}" if len(rows) == left else None)


def pages(connection: Connection, rehearsal: UUID, limit: int = 5_000) -> Iterator[Page]:
    """The whole difference, in constant memory."""
    cursor: str | None = None
    while True:
        found = page(connection, rehearsal, cursor, limit)
        yield found
        if found.cursor is None:
            return
        cursor = found.cursor


def _dossier(
    dossier: UUID, field: str, day: str, before: str, after: str, rules: list[str], at: list[str]
) -> dict[str, Any]:
    because = {"rules": rules, "positions": at}
    return {"dossier": str(dossier), "field": field, "on": day or None, "before": orjson.loads(before),
            "after": orjson.loads(after), "because": because}  # fmt: skip


def cells(connection: Connection, rehearsal: UUID) -> list[Moved]:
    """Every cell of a difference, in the order it was found."""
    return [_cell(*row[1:]) for row in connection.execute(SQL["figures"], (rehearsal, 0, None))]


def _cell(
    indicator: str, row: str, before: str, after: str, was: bool | None, now: bool | None, day: str, rules: list[str]
) -> Moved:
    hidden = None if was is None or now is None else (was, now)
    return Moved(indicator, orjson.loads(row), orjson.loads(before), orjson.loads(after), hidden, day, rules)


def _figure(cell: Moved) -> dict[str, Any]:
    suppressed = None if cell.hidden is None else dict(zip(("before", "after"), cell.hidden, strict=True))
    return {"indicator": cell.indicator, "by": list(cell.row), "row": cell.row, "on": cell.on, "before": cell.before,
            "after": cell.after, "suppressed": suppressed, "because": {"rules": cell.rules}}  # fmt: skip
