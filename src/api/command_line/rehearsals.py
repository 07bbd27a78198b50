"""Commands that try a ruleset and switch to it: rehearse, activate."""

from __future__ import annotations

import threading
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from api.command_line.main import refuse, rules
from api.command_line.options import Data, opened
from api.command_line.reasons import OPERATOR, Reason, tell_unsaid, why
from api.command_line.regenerating import progressing
from dossier.log import Log


@rules.command("rehearse")
def rehearse_rules(
    ruleset: Annotated[str, typer.Argument(help="`dossier rules list` names them.")],
    csv: Annotated[Path | None, typer.Option(help="Write the whole difference to this file.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="The same as Parquet.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Judge aid room on this day alone, and approve nothing by it where values change on others; "
            "today and each day on which a value is yet to change when absent.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that build in parallel.")] = 2,
    data: Data = None,
) -> None:
    """Try a ruleset against the one being served: what would move, and by which rule. Nothing is switched.

    Example: dossier rules rehearse 2026.2 --csv difference.csv
    """
    from api.answers.differences import as_csv, as_parquet

    for path in (csv, parquet):
        if path is not None:
            path.touch()  # what cannot be written is told before the work, not after it
    with opened(data) as log:
        done = run_rehearsal(log, ruleset, workers, on.date() if on else None)
        if csv is not None:
            with csv.open("w", encoding="utf-8", newline="") as file:
                file.writelines(as_csv(log.journal, done.id))
        if parquet is not None:
            parquet.write_bytes(as_parquet(log.journal, done.id))


def run_rehearsal(log: Log, ruleset: str, workers: int, on: date | None = None) -> Any:
    """Ask for a rehearsal and do it here, or follow it where a server took it up; tell what it found."""
    from api.command_line.rehearsal_summary import summary
    from projections.rehearsal import rehearsal
    from projections.rehearsal.rehearsing import rehearse
    from projections.rulesets import rulebook

    with log.journal.reading() as connection:
        asked = rehearsal.request(connection, rulebook.lookup(connection, ruleset), on)
    work = threading.Thread(target=rehearse, args=(log.database.owner, asked), kwargs={"workers": workers}, daemon=True)
    work.start()
    with progressing("rehearsal") as tell:
        told = (-1, -1)
        while work.is_alive():
            work.join(0.5)
            with log.journal.reading() as connection:
                now = rehearsal.read(connection, asked)
            if (now.done, now.volume) != told and now.volume:
                told = (now.done, now.volume)
                tell(now.done, now.volume, now.per_second)
    with log.journal.reading() as connection:
        done = rehearsal.read(connection, asked)
        if done.status != "done":
            refuse(f"the rehearsal failed: {done.reason}")
        for line in summary(connection, done):
            print(line)
    return done


@rules.command("activate")
def activate_rules(
    ruleset: Annotated[str, typer.Argument(help="`dossier rules list` names them.")],
    approved: Annotated[
        UUID | None, typer.Option("--rehearsal", help="The rehearsal it approves; the last one when absent.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, max=1, help="The share of a figure's approved move by which it may be another now.")
    ] = 0.05,
    reason: Reason = None,
    data: Data = None,
) -> None:
    """Serve a rehearsed ruleset from now on. Refused when the log has moved the difference since.

    Going back to a ruleset whose generation is kept rehearses it first, which takes a moment.

    Example: dossier rules activate 2026.2 --reason "Decision of 12 January"
    """
    from projections.rehearsal import rehearsal
    from projections.rehearsal.activation import activate
    from projections.rulesets import rulebook

    with opened(data) as log:
        with log.journal.reading() as connection:
            rulebook.lookup(connection, ruleset)  # of one that there is not, nothing else need be said
            if approved is None and rulebook.is_served(connection, ruleset):
                refuse(f"{ruleset} is the ruleset being served: there is nothing to activate")
            known = approved or rehearsal.latest(connection, ruleset)
            if known is None and not rehearsal.is_kept(connection, ruleset):
                refuse(f"{ruleset} was not rehearsed against what is served: `dossier rules rehearse {ruleset}` first")
        reason = why(reason)
        known = known or run_rehearsal(log, ruleset, 2).id
        done = activate(log.database.app, ruleset, known, by=OPERATOR, reason=reason, tolerance=tolerance)
    print(f"{done.ruleset} is active: generation {done.generation} is served from position {done.position} on")
    tell_unsaid(reason)
