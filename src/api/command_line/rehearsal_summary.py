"""What a finished rehearsal found, in the lines of a terminal: how much moves, some of it, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import psycopg

from projections.rehearsal import rehearsal
from projections.rehearsal.rehearsal import Rehearsal

SAMPLES = 10
"""Fields of dossiers that are told, and cells of figures."""
Document = dict[str, Any]


def summary(connection: psycopg.Connection[Any], done: Rehearsal) -> Iterator[str]:
    """The lines of a rehearsal that is done."""
    counts = rehearsal.counts(connection, done.id)
    days = ", ".join(map(str, done.days))
    yield f"rehearsal {done.id}: {done.ruleset} against {done.against} at position {done.position}, room on {days}"
    if not counts["dossiers"] and not counts["figures"]:
        yield "nothing moves: no dossier and no figure says anything else"
        return
    yield f"{_counted(counts['dossiers'], 'dossier')} and {_counted(counts['figures'], 'cell')} of figures move"
    yield from (f"  {field}: {count}" for field, count in counts["fields"].items())
    yield from (f"  on {day}: {_counted(n, 'dossier')}" for day, n in rehearsal.by_day(connection, done.id).items())
    yield from map(entry_line, rehearsal.page(connection, done.id, None, SAMPLES).dossiers)
    yield from map(cell_line, rehearsal.page(connection, done.id, rehearsal.FIGURES, SAMPLES).figures)
    yield from _rest(done, rehearsal.entries(connection, done.id) - SAMPLES, counts["figures"] - SAMPLES)


def entry_line(entry: Document) -> str:
    """A field of a dossier as a rehearsal tells it: where, from what to what, and because of what."""
    at = ", ".join(entry["because"]["positions"])
    why = ", ".join(entry["because"]["rules"]) + (f"; positions {at}" if at else "")
    on = f" on {entry['on']}" if entry["on"] else ""
    return f"  {entry['dossier']}  {entry['field']}{on}: {_said(entry['before'])} -> {_said(entry['after'])}  ({why})"


def cell_line(entry: Document) -> str:
    """A cell of a figure: of which indicator, by which dimensions, from what to what, and by which rules."""
    row = ", ".join(f"{name} {value}" for name, value in entry["row"].items()) or "in all"
    hidden = entry["suppressed"]
    how = f", {'hidden' if hidden['after'] else 'shown'} on {entry['on']}" if hidden else ""
    why = ", ".join(entry["because"]["rules"])
    return f"  {entry['indicator']}  {row}: {_said(entry['before'])} -> {_said(entry['after'])}{how}  ({why})"


def _rest(done: Rehearsal, fields: int, cells: int) -> Iterator[str]:
    more = [f"{_counted(count, noun)}{of}" for count, noun, of in
            ((fields, "field", " of dossiers"), (cells, "cell", " of figures")) if count > 0]  # fmt: skip
    if more:
        yield f"  ... and {' and '.join(more)} more: --csv FILE or --parquet FILE writes all of them,"
        yield f"  and so does GET /v1/rehearsals/{done.id}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _said(value: Any) -> str:
    return orjson.dumps(value).decode()
