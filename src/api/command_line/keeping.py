"""Commands that keep the log: export it in open formats, back it up, restore it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.command_line.main import app
from api.command_line.options import Data, look_for_log, settings
from api.command_line.sealed import progress
from dossier.backups.restore import Choice
from dossier.database.connections import Database, open_database
from dossier.exporting.formats import FORMATS
from dossier.settings import Settings


@app.command("export")
def export_(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PATH", help="The file to write.")],
    format_: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "ndjson",
    until: Annotated[
        int | None,
        typer.Option(min=0, help="Up to this position (or reading), so that a later export gives the same bytes."),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this type of event, like aid-decided; may be repeated.")
    ] = None,
    readings: Annotated[
        bool, typer.Option("--readings", help="The access ledger instead, for auditors: it has pseudonyms of readers.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
    data: Data = None,
) -> None:
    """Write the log, without persons, into one file: whole or not at all. Works beside a running server.

    Example: dossier export --format parquet -o log.parquet
    """
    from dossier.exporting.formats import export

    if format_ not in FORMATS:
        raise typer.BadParameter(f"one of {', '.join(FORMATS)}", param_hint="--format")
    if readings and (format_ != "ndjson" or types):
        raise typer.BadParameter("readings are exported as ndjson, all of them: leave --format and --type out")
    with existing(settings(data)) as database:
        if readings:
            _export_readings(database, output, until, replace=force)
            return
        made = export(
            database.reader,
            output,
            format_,
            until=until,
            types=full_types(types),
            replace=force,
            progress=progress("export"),
        )
    print(f"{made.events} events up to position {made.until} in {output}")


def _export_readings(database: Database, output: Path, until: int | None, *, replace: bool) -> None:
    from dossier.exporting.readings import export_readings

    count = export_readings(database.reader, output, until=until, replace=replace, progress=progress("export"))
    print(f"{count} readings in {output}")


@app.command()
def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="An empty directory, or one to make.")],
    data: Data = None,
) -> None:
    """Back up log, persons, registers and keys, all as of one moment, while the server runs.

    The directory holds persons' data and keys: keep it as you keep the log, and keep its `keys` elsewhere.

    Example: dossier backup /srv/backups/2026-11-23
    """
    from dossier.backups.backup import backup as back_up

    chosen = settings(data)
    with existing(chosen) as database:
        made = back_up(database.owner, chosen.data, directory, progress=rows("backup"))
    print(f"{made.position} events and what belongs to them, as of {made.recordedtime or 'the beginning'}: {directory}")


@app.command()
def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A backup.", exists=True, file_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="Where the keys are, when not in the backup.")] = None,
    erasures: Annotated[
        Path | None, typer.Option(help="Erasures since: a later backup's erasures.ndjson, or an export as ndjson.")
    ] = None,
    signed: Annotated[
        Path | None, typer.Option(help="The last checkpoint known to be signed: log.signed, or a witness' checkpoint.")
    ] = None,
    new_log: Annotated[
        bool, typer.Option("--new-log", help="Go on as another log, with a new key: what was signed since is lost.")
    ] = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="Only to try the backup: a key of its own, webhooks disabled.")
    ] = False,
    data: Data = None,
) -> None:
    """Restore a backup into an empty data directory, and into an empty database where one is named.

    Everything is checked before and compared after; projections are built anew. Nothing is left when it fails.

    Example: dossier restore /srv/backups/2026-11-23 --data /srv/dossier
    """
    from dossier.backups import erasures as erasing
    from dossier.backups import restore as restoring

    chosen = settings(data)
    choice = Choice(keys, signed, new_log, drill)
    if erasures is not None:
        erasing.check(erasures)
    with restoring.staged(chosen.data) as stage:
        there = chosen.model_copy(update={"data": stage})
        with open_database(there) as database:
            made = restoring.restore(database.owner, stage, directory, choice, progress=rows("restore"))
            _replay_erasures(database, erasures)
            _project(database)
    print(f"{made.position} events, as of {made.recordedtime or 'the beginning'}, are in {chosen.data}")
    _warn(made.position, made.made_at, erasures, choice)


def full_types(given: list[str] | None) -> list[str] | None:
    """Full names of types from short ones; of all their versions. Raises LookupError for a name of no type."""
    from dossier.catalogue import TYPES
    from dossier.catalogue.rules import HOUSE_TYPES
    from dossier.upcasting import UPCASTS

    if not given:
        return None
    known = [*TYPES, *HOUSE_TYPES, *UPCASTS]
    found = {wanted: [name for name in known if name == wanted or name.split(".")[-2] == wanted] for wanted in given}
    for wanted, names in found.items():
        if not names:
            raise LookupError(f"`{wanted}` is no type of event: `dossier export --type aid-decided` is how to name one")
    return sorted({name for names in found.values() for name in names})


@contextmanager
def existing(chosen: Settings) -> Iterator[Database]:
    """The database of these settings, which must be there: nothing is made by looking for it."""
    look_for_log(chosen)
    with open_database(chosen) as database:
        yield database


def rows(what: str) -> Callable[[str, int], None]:
    """What has been passed: a line on stderr for each table."""
    started = time.monotonic()

    def tell(table: str, number: int) -> None:
        sys.stderr.write(f"{what}: {table}, {number} rows, {time.monotonic() - started:.1f} s\n")

    return tell


def _replay_erasures(database: Database, erasures: Path | None) -> None:
    from dossier.backups.erasures import replay
    from dossier.log import running_log

    if erasures is None:
        return
    with running_log(database) as log:
        done = replay(log, erasures)
    print(f"{done.again} erasures since the backup were recorded again, {done.known} were in it")


def _project(database: Database) -> None:
    import psycopg

    from projections.generations.rebuild import rebuild
    from projections.rulesets.rulebook import last_activated

    with psycopg.connect(database.owner) as connection:
        rules = last_activated(connection)
    rebuild(database.owner, rules, workers=min(2, os.cpu_count() or 1), progress=progress("projections"))


def _warn(position: int, made_at: str, erasures: Path | None, choice: Choice) -> None:
    """What a backup cannot know, and the operator must."""
    if erasures is None:
        sys.stderr.write(
            f"persons erased after {made_at} are back: erase them again, or restore with --erasures "
            "(docs/how-to/back-up-and-restore.md)\n"
        )
    if choice.own_log:
        sys.stderr.write("this is another log, with a key of its own: `dossier audit key show` prints its vkey\n")
    elif choice.signed is None and choice.keys is None:
        sys.stderr.write(
            f"if this log signed anything after position {position}, do not serve this copy under its name: "
            "restore with --signed, or with --new-log\n"
        )
