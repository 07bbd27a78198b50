"""Activation: the rehearsed generation takes the place of the served one, in the transaction that records it."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from dossier.journal.turn import take_turn
from dossier.refusals import Refused, refused
from projections.generations import generations, store
from projections.generations.catching_up import caught_up
from projections.generations.store import Generation
from projections.rehearsal import rehearsal
from projections.rehearsal.comparing import Compared, spoken
from projections.rehearsal.drift import TOLERANCE, Strayed, strayed, tally
from projections.rehearsal.rehearsal import SQL, Rehearsal
from projections.rehearsal.rehearsing import abreast, level
from projections.rehearsal.rooms import Rooms
from projections.rulesets import rulebook
from projections.rulesets.reach import reaches_room
from projections.rulesets.ruleset import Ruleset

Connection = psycopg.Connection[Any]
Entries = dict[tuple[UUID, str, str], tuple[str, str]]
"""Dossier, field and day (empty where it does not change with the day) -> before and after, as JSON."""
KINDS = {
    "dossiers": ("dossier", "dossiers"),
    "fields": ("field of a dossier", "fields of dossiers"),
    "figures": ("cell of a figure", "cells of figures"),
}
TOLD = 3
"""Of so many cells a refusal says how far they are from what was approved."""


class Activated(NamedTuple):
    """What is served from now on, and the position of the event that says so."""

    ruleset: str
    generation: int
    position: int


def activate(
    conninfo: str,
    ruleset: str,
    approved: UUID,
    *,
    by: str,
    reason: str | None = None,
    tolerance: float = TOLERANCE,
) -> Activated:
    """Serve the generation of an approved rehearsal, unless the log has moved its difference since. Raises Refused.

    What this rehearsal activated already, and is still in force, is answered again: whoever lost the answer may ask.
    `tolerance` is the share of an approved move of a figure by which it may be another by now (see `drift`).

    Twice compared: at leisure, with the figures; then, with the live projector and at last every writer held off, the
    dossiers touched meanwhile. Writers wait for the last few events to be projected, no longer.
    """
    with psycopg.connect(conninfo, autocommit=True, application_name="dossier-activation") as connection:
        asked = rehearsal.read(connection, approved)
        rules = rulebook.lookup(connection, ruleset)
        position = rulebook.approved_by(connection, approved)
        if position is not None and asked.ruleset == ruleset and asked.generation is not None:
            return Activated(ruleset, asked.generation, position)
        with connection.transaction():
            draft = _approved(connection, asked, rules)
        abreast(connection, draft)
        moved = _compare_again(connection, asked, draft, rules, tolerance)
        with connection.transaction():
            return _switch(connection, asked, rules, by, reason, moved)


def _approved(connection: Connection, asked: Rehearsal, rules: Ruleset) -> Generation:
    """The generation that a rehearsal built, if its approval is for these rules in place of those served."""
    served = store.served(connection)
    row = connection.execute(store.SQL["generation"], (asked.generation,)).fetchone()
    if asked.status != "done" or asked.ruleset != rules.id or asked.digest != rules.digest:
        raise refused("rehearsal-needed", f"Name a finished rehearsal of {rules.id}.", ("/rehearsal", asked.status))
    if asked.partly:
        said = f"It compared on {asked.on} alone, and values change on other days: rehearse without naming a day."
        raise refused("rehearsal-needed", said, ("/rehearsal", "not every day"))
    if served is None or served.ruleset != asked.against:
        now = served.ruleset if served else "nothing"
        raise refused("rehearsal-needed", f"It compared with {asked.against}, and {now} is served now: rehearse again.")
    if row is None or row[4] not in ("draft", "kept"):
        raise refused("rehearsal-needed", "Its generation was dropped: rehearse again.")
    if row[5] != generations.program():
        raise refused("rehearsal-needed", "The program has changed since: rehearse again.")
    busy = connection.execute(generations.SQL["busy"]).fetchone()
    if not (busy and busy[0]):
        raise refused("rebuild-running", "A rebuild or a rehearsal is running: try again when it has ended.")
    return Generation(*row[:4])


def _compare_again(
    connection: Connection, asked: Rehearsal, draft: Generation, rules: Ruleset, tolerance: float
) -> int:
    """Raise Refused if the dossiers touched since the rehearsal, or the figures, differ otherwise than approved.

    Returns the position up to which that is certain.
    """
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        draft = _approved(connection, asked, rules)
        served = level(connection, draft, rules)
        _refuse_moved(connection, asked, served, draft, rules, (asked.position, served.position), tolerance=tolerance)
        return served.position


def _switch(
    connection: Connection, asked: Rehearsal, rules: Ruleset, by: str, reason: str | None, certain: int
) -> Activated:
    served = store.served(connection, hold=True)
    draft = _approved(connection, asked, rules)
    assert served is not None
    position = caught_up(connection, draft.id, draft.position, rules)
    take_turn(connection)
    reached = caught_up(connection, draft.id, position, rules)
    before = rulebook.under(connection, served.ruleset, served.digest)
    # the projector is held off: what it did not come to is done here
    served = served._replace(position=caught_up(connection, served.id, served.position, before))
    _refuse_moved(connection, asked, served, draft, rules, (certain, reached))
    approved = (str(asked.id), asked.difference or "")
    recorded = rulebook.record_activation(connection, rules, served.ruleset, by=by, reason=reason, approved=approved)
    connection.execute(store.SQL["advance"], (recorded[-1].position, draft.id))
    generations.serve(connection, draft.id)
    return Activated(rules.id, draft.id, recorded[-1].position)


def _refuse_moved(
    connection: Connection,
    asked: Rehearsal,
    served: Generation,
    draft: Generation,
    rules: Ruleset,
    stretch: tuple[int, int],
    *,
    tolerance: float | None = None,
) -> None:
    """Raise Refused where the difference is another one than was approved; figures count where a tolerance is given."""
    old = rulebook.under(connection, served.ruleset, served.digest)
    compared = Compared(served, draft, old, rules, asked.days)
    touched = {row[0] for row in connection.execute(SQL["touched_since"], stretch)}
    if touched and reaches_room(compared.changed):
        touched = Rooms(connection, served.id).neighbours(touched)
    now = {
        (dossier, change.field, change.on or ""): spoken(change)
        for found in compared.dossiers(connection, list(touched))
        for dossier, change in found
    }
    moved = moves(_kept(connection, asked.id, list(touched)), now)
    far: list[Strayed] = []
    if tolerance is not None:
        far = strayed(rehearsal.cells(connection, asked.id), compared.figures(connection), tolerance)
        moved["figures"] = tally(far)
    if any(count for counts in moved.values() for count in counts.values()):
        raise _moved(moved, far, stretch[1])


def _moved(moved: dict[str, dict[str, int]], far: list[Strayed], position: int) -> Refused:
    said = "; ".join(
        f"{count} {KINDS[kind][count != 1]} {how}"
        for kind, counts in moved.items()
        for how, count in counts.items()
        if count
    )
    most = f" Furthest: {far[0]}." if far else ""
    return refused(
        "difference-moved",
        f"Since the rehearsal: {said}.{most} Rehearse again, and approve what it then finds.",
        moved=moved,
        furthest=[one._asdict() for one in far[:TOLD]],
        position=str(position),
    )


def _kept(connection: Connection, asked: UUID, dossiers: list[UUID]) -> Entries:
    rows = connection.execute(SQL["dossiers_of"], (asked, dossiers))
    return {(dossier, field, day): (before, after) for dossier, field, day, before, after in rows}


def moves(before: Entries, now: Entries) -> dict[str, dict[str, int]]:
    """How many dossiers, and how many of their fields, began to differ, ceased to, or differ otherwise.

    A field that differs on several days is one; a dossier of which fields were added to others has changed.
    """
    return {"dossiers": _compared(before, now, 1), "fields": _compared(before, now, 2)}


def _compared(before: Entries, now: Entries, length: int) -> dict[str, int]:
    was, is_now = (_grouped(entries, length) for entries in (before, now))
    return {
        "added": len(is_now.keys() - was.keys()),
        "removed": len(was.keys() - is_now.keys()),
        "changed": sum(was[key] != is_now[key] for key in was.keys() & is_now.keys()),
    }


def _grouped(entries: Entries, length: int) -> dict[Any, Entries]:
    """Entries by the first parts of their names: by dossier, or by dossier and field."""
    found: dict[Any, Entries] = {}
    for key, said in entries.items():
        found.setdefault(key[:length], {})[key] = said
    return found
