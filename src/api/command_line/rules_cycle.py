"""Commands of the analyst's cycle: list, check, publish, rehearse, diff, activate, retire."""

from __future__ import annotations

import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer

from api.command_line.main import refuse, rules
from api.command_line.options import Data, opened
from api.command_line.regenerating import progressing
from dossier.log import Log

OPERATOR = "operator"
Reason = Annotated[str | None, typer.Option(help="Why, for the record in the log; asked for on a terminal.")]
UNSAID = "dossier: recorded without a reason: say why with --reason\n"


@rules.command("list")
def list_rules(data: Data = None) -> None:
    """List the rulesets with their state, digests and rules.

    Example: dossier rules list
    """
    from projections.rulesets import rulebook

    with opened(data) as log, log.journal.reading() as connection:
        for entry in rulebook.entries(connection):
            print(f"{entry.id}  {entry.status}  {entry.digest}")
            for rule, content in rulebook.lookup(connection, entry.id).rules.items():
                print(f"  {rule}  {content['label']['en']}")


@rules.command("check")
def check_rules(
    path: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="YAML of rules, or a folder of it.", exists=True)],
) -> None:
    """Say what is wrong with rules, line by line. Needs no database.

    Example: dossier rules check rules/2026.2
    """
    from api.command_line.rule_files import faults_of, notes_of
    from projections.rulesets.ruleset import ruleset

    found = faults_of(path)
    for fault in found:
        print(fault)
    if found:
        refuse(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}: mend the lines above")
    for note in notes_of(path, ruleset()):
        print(note)
    print(f"{path}: no fault found")


@rules.command("publish")
def publish_rules(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Its name is the ruleset's.", exists=True)],
    based_on: Annotated[
        str | None, typer.Option(help="The ruleset whose other rules it keeps; the active one when absent.")
    ] = None,
    reason: Reason = None,
    data: Data = None,
) -> None:
    """Publish a folder of rules: they replace those of the same name in the ruleset it is based on.

    Example: dossier rules publish rules/2026.2 --reason "Reg. (EU) 2026/1"
    """
    from api.command_line.rule_files import faults_of, notes_of
    from projections.figures.past import rules_of
    from projections.rulesets import rulebook
    from projections.rulesets.publishing import publish
    from projections.rulesets.rulecheck import merged, read_folder

    if told := faults_of(folder):
        for fault in told:
            print(fault)
        refuse("nothing is published: mend the lines above")
    name, reason = folder.resolve().name if folder.is_dir() else folder.stem, why(reason)
    with opened(data) as log:
        with log.journal.reading() as connection:
            base = based_on or rules_of(connection, None).id
            known = base in {entry.id for entry in rulebook.entries(connection)}
            notes = notes_of(folder, rulebook.lookup(connection, base)) if known else []
        content = merged(read_folder(folder))[0]
        entry, new = publish(log.database.app, name, base, content, by=OPERATOR, reason=reason)
    for note in notes:
        sys.stderr.write(f"{note}\n")
    print(f"{entry.id}  {entry.status}  {entry.digest}" + ("" if new else "  (was published before)"))
    if new:
        tell_unsaid(reason)


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
    with opened(data) as log:
        done = run_rehearsal(log, ruleset, workers, on.date() if on else None)
        from api.answers.differences import as_csv, as_parquet

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


@rules.command("diff")
def diff_rules(
    first: Annotated[str, typer.Argument(metavar="R1")],
    second: Annotated[str, typer.Argument(metavar="R2")],
    data: Data = None,
) -> None:
    """Show which rules two rulesets say differently, value by value, and which tables they reach.

    Example: dossier rules diff 2026.1 2026.2
    """
    from projections.rulesets import rulebook
    from projections.rulesets.reach import reached_tables
    from projections.rulesets.ruleset import changed

    with opened(data) as log, log.journal.reading() as connection:
        before, after = (rulebook.lookup(connection, name) for name in (first, second))
    names = changed(before, after)
    if not names:
        print("no difference")
    for name in names:
        print(name)
        for sign, side in (("-", before), ("+", after)):
            other = after if side is before else before
            theirs = other.rules.get(name, {}).get("values", [])
            for dated in side.rules.get(name, {}).get("values", []):
                if dated not in theirs:
                    print(f"  {sign} {dated['from']}  {orjson.dumps(dated['value']).decode()}  ({dated['source']})")
    if names:
        print(f"reaches: {', '.join(reached_tables(names)) or 'no table'}")


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


def why(reason: str | None) -> str | None:
    """The reason given, or what a person at the terminal answers; None where nobody is there to be asked."""
    if reason is not None and reason.strip():
        return reason
    return str(typer.prompt("Why, for the record in the log", err=True)) if sys.stdin.isatty() else None


def tell_unsaid(reason: str | None) -> None:
    """Say on stderr that the log holds no reason: a program that gives none goes on working."""
    if reason is None:
        sys.stderr.write(UNSAID)


@rules.command("retire")
def retire_rules(
    ruleset: Annotated[str, typer.Argument(help="`dossier rules list` names them.")],
    reason: Reason = None,
    data: Data = None,
) -> None:
    """Record that a ruleset is not to be used any more.

    Example: dossier rules retire 2026.2 --reason "Withdrawn before it came into force"
    """
    from projections.rulesets.publishing import retire

    reason = why(reason)
    with opened(data) as log:
        stands, new = retire(log.database.app, ruleset, by=OPERATOR, reason=reason)
    if new:
        print(f"{ruleset} is retired")
        tell_unsaid(reason)
        return
    said = f": {stands.reason}" if stands.reason else ""
    print(f"{ruleset} was retired before, at {stands.at} by {stands.by}{said}: nothing more is recorded")
