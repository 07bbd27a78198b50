"""Commands that regenerate what is read: rebuild, and the generations that are kept."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from api.command_line.main import app, generations, refuse
from api.command_line.options import Data, opened
from api.command_line.spark_options import Engine, Master, Scratch, on_spark, scratching
from projections.generations.pace import Pace, Progress

if TYPE_CHECKING:
    from projections.generations.rebuild import BuildParts

Tell = Callable[[int, int, float], None]
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TextColumn("{task.completed} of {task.total} events{task.fields[pace]}"),
)


@app.command()
def rebuild(
    ruleset_id: Annotated[
        str | None,
        typer.Option("--ruleset", help="The ruleset to regenerate under; the one being served when absent."),
    ] = None,
    projection: Annotated[
        str | None,
        typer.Option(help="Regenerate this one alone: current, timeline, facts or a table of facts; copy the others."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that build in parallel.")] = 2,
    engine: Engine = "local",
    master: Master = None,
    scratch: Scratch = None,
    data: Data = None,
) -> None:
    """Regenerate every projection from the log into a new generation, then switch to it. Resumes one that was cut off.

    Example: dossier rebuild --workers 4
    """
    from dossier.journal.respelling import respell
    from projections.figures.past import rules_of
    from projections.generations import store
    from projections.generations.rebuild import AlreadyRebuilding, MadeByAnother
    from projections.generations.rebuild import rebuild as rebuild_all
    from projections.rulesets import rulebook

    tables, spark, pace = named_tables(projection), on_spark(engine), Pace()
    with opened(data) as log, progressing("rebuild") as tell, parts_by(spark, master, scratch) as parts:
        with log.journal.reading() as connection:
            rules = rules_of(connection, ruleset_id)
            if projection is not None and rules != rules_of(connection, None):
                refuse("one projection alone is regenerated under the ruleset being served: leave --ruleset out")
            served = store.served(connection)
            if projection is not None and served is not None:
                rulebook.under(connection, served.ruleset, served.digest)  # what is copied must be of these rules
        try:
            built = rebuild_all(
                log.database.owner,
                rules,
                workers=workers,
                tables=tables,
                progress=lambda done, of: tell(*pace.at(done, of)),
                parts=parts,
            )
        except (AlreadyRebuilding, MadeByAnother) as error:
            refuse(str(error))
        respelled = respell(log.database.owner) if projection is None else 0
    print(f"generation {built.generation} is served: {built.events} events, {built.dossiers} dossiers")
    print(f"content {built.content}")
    if respelled:
        print(f"search words of {respelled} rows of the vault were of another version, and are made anew")


def named_tables(projection: str | None) -> tuple[str, ...]:
    """The tables of a projection by its name; all when none is named."""
    from projections.project import TABLES

    if projection is None:
        return TABLES
    found = tuple(t for t in TABLES if t == projection or (projection == "facts" and t.startswith("fact_")))
    if not found:
        raise typer.BadParameter(f"one of {', '.join(TABLES)}, facts", param_hint="--projection")
    return found


@contextmanager
def parts_by(spark: bool, master: str | None, scratch: Path | None) -> Iterator[BuildParts | None]:
    """What builds the parts of a generation: a cluster, or this machine's own processes."""
    if not spark:
        yield None
        return
    from projections.spark.session import spark_session

    with spark_session(master) as session, scratching(scratch) as place:
        from projections.spark.rebuilding import SparkParts

        yield SparkParts(session, place)


@contextmanager
def progressing(what: str) -> Iterator[Tell]:
    """A bar with rate and time left on a terminal, lines where there is none."""
    console = Console(stderr=True)
    with Bar(*COLUMNS, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None, pace="")

        def tell(done: int, of: int, per_second: float) -> None:
            left = Progress(done, of, per_second).seconds_left
            pace = "" if left is None else f", {per_second:,.0f} a second, {left:.0f} s left"
            bar.update(task, completed=done, total=of, pace=pace)
            if not console.is_terminal:
                sys.stderr.write(f"{what}: {done} of {of} events{pace}\n")

        yield tell


@generations.command("list")
def list_generations(data: Data = None) -> None:
    """List the generations: the one served, those kept to go back to, and drafts that rehearsals built.

    Example: dossier generations list
    """
    from projections.generations.generations import SQL

    table = Table("generation", "ruleset", "status", "position", "built", "served since", box=None)
    with opened(data) as log, log.journal.reading() as connection:
        for number, ruleset, status, position, created, switched in connection.execute(SQL["generations"]):
            days = [f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (created, switched)]
            table.add_row(str(number), ruleset, status, str(position), *days)
    Console(highlight=False).print(table)


@generations.command("drop")
def drop_generation(
    number: Annotated[int, typer.Argument(metavar="GENERATION", help="`dossier generations list` numbers them.")],
    data: Data = None,
) -> None:
    """Drop a generation that is not served, with its tables.

    Example: dossier generations drop 3
    """
    from projections.generations.generations import SQL, StillRead, drop

    with opened(data) as log, psycopg.connect(log.database.owner) as connection:
        if not (connection.execute(SQL["busy"]).fetchone() or (False,))[0]:
            refuse("a rebuild or a rehearsal is running: wait for it to end")
        row = connection.execute(SQL["of_number"], (number,)).fetchone()
        if row is None:
            refuse(f"there is no generation {number}: `dossier generations list` numbers them")
        if row[0] == "served":
            refuse(f"generation {number} is being served: activate another first")
        try:
            drop(connection, number)
        except StillRead as error:
            refuse(str(error))
    print(f"generation {number} is dropped")
