"""The command `dossier replay`: a dossier's history in the terminal, step by step, compared, or written to a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.command_line.main import app, refuse
from api.command_line.options import Data, opened, settings
from api.command_line.private import write_private
from api.command_line.reading import timeline_table
from api.command_line.sealed import sealed
from dossier.event import stamp
from dossier.ledger import Entry, Seen
from dossier.log import Log
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.known_by import Evidence
from projections.dossiers.replay import Replay, Step

UNKNOWN = "no dossier has this id, or had it then"
Lang = Annotated[str, typer.Option("--lang", help="Language of the report: fr, nl or en.")]


@app.command()
def replay(
    dossier: UUID,
    effective: Annotated[str | None, typer.Option(help="As true at the end of this day.")] = None,
    known: Annotated[str | None, typer.Option(help="As known at this RFC 3339 time.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Event by event, with what each changed.")] = False,
    compare: Annotated[bool, typer.Option("--compare", help="What differs from the dates of --from-...")] = False,
    from_effective: Annotated[str | None, typer.Option(help="With --compare: the earlier day.")] = None,
    from_known: Annotated[str | None, typer.Option(help="With --compare: the earlier time of knowledge.")] = None,
    known_by: Annotated[str | None, typer.Option(metavar="AGENCY", help="What this organisation knew of it.")] = None,
    on: Annotated[str | None, typer.Option(help="With --known-by: by this day or RFC 3339 time; now if none.")] = None,
    ndjson: Annotated[Path | None, typer.Option(help="Write the steps as NDJSON with a trailer.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report for print, in HTML.")] = None,
    lang: Lang = "fr",
    wide: Annotated[bool, typer.Option("--wide", help="Also the whole time, and when each fact was recorded.")] = False,
    data: Data = None,
) -> None:
    """Show a dossier's timeline and state, now or as of two dates; or replay it event by event.

    What shows the person (steps, comparison, what was known, files) is a reading of an auditor's, recorded in the
    access ledger.

    Example: dossier replay 0198c0de-... --effective 2024-06-30 --known 2024-07-15T00:00:00Z --step
    """
    from api.answers.clocks import as_of

    if lang not in ("fr", "nl", "en"):
        raise typer.BadParameter("fr, nl or en", param_hint="--lang")
    if (from_effective or from_known) and not compare:
        raise typer.BadParameter("goes with --compare", param_hint="--from-effective and --from-known")
    if on and not known_by:
        raise typer.BadParameter("goes with --known-by", param_hint="--on")
    if known_by and (effective or known or compare):
        raise typer.BadParameter("goes with --on, and with no other dates", param_hint="--known-by")
    if (known_by or compare) and (step or ndjson or report):
        raise typer.BadParameter("go with neither --known-by nor --compare", param_hint="--step, --ndjson and --report")
    asked, before = as_of(effective, known), as_of(from_effective, from_known)
    with opened(data) as log:
        if known_by:
            _show_known(log, dossier, known_by, on)
        elif compare:
            _compare(log, dossier, before, asked)
        elif step or ndjson or report:
            found = _replayed(log, dossier, asked)
            if ndjson:
                _write_ndjson(found, ndjson)
            if report:
                _write_report(log, found, report, lang, data)
            if step:
                _walk(found)
        else:
            _show(log, dossier, asked, wide=wide)


def _show(log: Log, dossier: UUID, asked: AsOf, *, wide: bool) -> None:
    dossiers = Dossiers(log.journal)
    shown, state = (read(dossier, asked, personal=False) for read in (dossiers.timeline, dossiers.state))
    if shown is None or state is None:
        refuse(UNKNOWN)
    Console().print(timeline_table(shown.document, wide=wide))
    print(json.dumps(state.document, indent=2, ensure_ascii=False))


def _replayed(log: Log, dossier: UUID, asked: AsOf) -> Replay:
    found = Dossiers(log.journal).replay(dossier, asked)
    if found is None:
        refuse(UNKNOWN)
    last = found.steps[-1].recorded
    log.ledger.record(Entry(Seen(dossier, last.version, last.position), "auditor", "audit", "history"))
    return found


def _compare(log: Log, dossier: UUID, before: AsOf, after: AsOf) -> None:
    found = Dossiers(log.journal).compare(dossier, before, after)
    if found is None:
        refuse(UNKNOWN)
    log.ledger.record(Entry(Seen(dossier, max(found.versions), found.position), "auditor", "audit", "dossier"))
    table = Table("field", "before", "after", "events", box=None)
    for one in found.differences:
        table.add_row(escape(one.field), _value(one.before), _value(one.after), ", ".join(map(str, one.positions)))
    Console().print(table if found.differences else "nothing differs")


def _show_known(log: Log, dossier: UUID, agency: str, on: str | None) -> None:
    """Each event with the record by which the organisation knew it, and what it could not know of the state."""
    from api.answers.known_by import end_of, knowledge

    if agency not in log.agencies:
        refuse(f"no organisation `{agency}`")
    instant = end_of(on) if on else datetime.now(UTC)
    answer = knowledge(log, dossier, agency, instant)
    if answer is None:
        refuse(UNKNOWN)
    history, found = answer
    log.ledger.record(Entry(Seen(dossier, history.version, history.position), "auditor", "audit", "history"))
    table = Table("position", "event", "by", f"known to {agency} on {stamp(instant)}", box=None)
    for event, evidence in found.events:
        table.add_row(str(event.position), event.data.NAME, event.agency, ", ".join(map(_evidence, evidence)) or "no")
    Console().print(table)
    for change in found.unknown:
        Console().print(f"not known: {escape(change.field)}: {_value(change.after)}")


def _evidence(one: Evidence) -> str:
    number = f" ({one.reading})" if one.reading is not None else ""
    return f"{one.how}{number} {stamp(one.at)}"


def _write_ndjson(found: Replay, path: Path) -> None:
    from api.answers import replaying

    lines = replaying.ndjson(replaying.steps(found), found.as_of)
    if str(path) == "-":
        sys.stdout.buffer.writelines(lines)
        return
    write_private(path, b"".join(lines).decode())
    print(f"{len(found.steps)} events in {path}; its last line says their digest")


def _write_report(log: Log, found: Replay, path: Path, lang: Any, data: Path | None) -> None:
    from api.answers import replaying
    from api.reports import replay_report

    with sealed(log, settings(data).data) as connection:
        seal = replay_report.sealed(connection)
    if seal is None:
        refuse("nothing is signed yet")
    text = replay_report.html(found, seal, log.agencies, lang, datetime.now(UTC), replaying.digest(found))
    write_private(path, text)
    print(f"the report is in {path}; open it in a browser to print it")


def _walk(found: Replay) -> None:
    """Print the steps; at a terminal wait for Enter between them, and stop at `q`."""
    console = Console()
    waits = sys.stdin.isatty() and sys.stdout.isatty()
    for number, one in enumerate(found.steps, 1):
        console.print(step_told(one, number, len(found.steps)))
        if waits and number < len(found.steps) and console.input("[dim]Enter: next, q: stop [/dim]").strip() == "q":
            return


def step_told(one: Step, number: int, of: int) -> Table:
    """A step for a terminal: the event with both its clocks and its author, then a line for each field it changed."""
    table = Table(box=None, show_header=False, pad_edge=False)
    event = one.event
    name = event.data.NAME if event else "unreadable"
    marks = "".join(f", {mark}" for mark in _marks(one))
    table.add_row(f"[bold]{number}/{of}  position {one.recorded.position}  {name}[/bold]{marks}")
    if event:
        table.add_row(f"  {event.agency}, happened {event.time}, recorded {event.recordedtime}")
    table.add_row(f"  sha256 {one.recorded.digest}")
    for change in one.changes:
        table.add_row(f"  {escape(change.field)}: {_value(change.before)} -> {_value(change.after)}")
    if not one.changes:
        table.add_row("  changes nothing")
    return table


def _marks(one: Step) -> Iterable[str]:
    if one.amends is not None:
        yield f"speaks of position {one.amends}"
    for how in ("replaced", "corrected", "retracted", "erased"):
        position = getattr(one, f"{how}_by")
        if position is not None:
            yield f"{how} by position {position}"


def _value(value: Any) -> str:
    return "-" if value is None else escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
