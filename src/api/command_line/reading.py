"""Commands of auditors and analysts: rebuild, indicators, rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.command_line.main import app, indicators, refuse, text_of
from api.command_line.options import Data, opened
from api.command_line.spark_options import Counter, Master, Scratch, on_spark, scratching
from dossier.catalogue.fact import PREFIX


def timeline_table(entries: list[dict[str, Any]], *, wide: bool = False) -> Table:
    """A timeline for a terminal of 80 columns; with `wide` for one of more, with both clocks to the second."""
    table = Table("position", "time" if wide else "day", "agency", "what", *(["recorded"] if wide else []), box=None)
    for entry in entries:
        marks = [f"{how} by {entry[how + '_by']}" for how in ("corrected", "retracted") if how + "_by" in entry]
        what = ", ".join([entry["type"].removeprefix(PREFIX).rpartition(".")[0], *marks])
        day = entry["time"][: DAY[entry["timeprecision"]]]
        row = (entry["position"], entry["time"] if wide else day, entry["agency"], what, entry["recordedtime"])
        table.add_row(*row[: len(table.columns)], style="strike" if "retracted_by" in entry else None)
    return table


DAY = {"day": 10, "month": 7, "year": 4}
"""How much of a time is its day, as precisely as it is known."""


@app.command("de-minimis")
def de_minimis(
    enterprise: str,
    amount: Annotated[str | None, typer.Option(help="Gross grant equivalent in EUR, like 25000.00.")] = None,
    on: Annotated[str | None, typer.Option(help="The day the right would be conferred; today by default.")] = None,
    known: Annotated[str | None, typer.Option(help="As known at this RFC 3339 time.")] = None,
    data: Data = None,
) -> None:
    """May the undertaking of an enterprise receive this de minimis aid on this day, and why: the answer as JSON.

    Example: dossier de-minimis 0472.909.840 --amount 25000 --on 2026-03-01
    """
    from api.answers.aid_room import question
    from projections.dossiers.undertakings import admission
    from projections.generations import live

    asked = question(enterprise, amount, on, known)
    with opened(data) as log:
        live.reach(log.database.app, log.journal.head().position)
        print(json.dumps(admission(log.journal, asked), indent=2, ensure_ascii=False))


@indicators.command("list")
def list_indicators() -> None:
    """List the indicators.

    Example: dossier indicators list
    """
    from projections.counting.indicator import catalogue

    for found in catalogue().values():
        print(f"{found.name}\t{found.title['en']}\t{found.unit}")


@indicators.command("run")
def run(
    name: str,
    by: Annotated[str | None, typer.Option(help="Dimensions, separated by commas.")] = None,
    format_: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; else it is printed.")
    ] = None,
    ruleset: Annotated[str | None, typer.Option(help="The ruleset to count under; the active one when absent.")] = None,
    position: Annotated[int | None, typer.Option(min=0, help="As the log stood at this position.")] = None,
    from_: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    to: Annotated[int | None, typer.Option(help="Last year.")] = None,
    engine: Counter = "duckdb",
    master: Master = None,
    scratch: Scratch = None,
    data: Data = None,
) -> None:
    """Compute an indicator, uncontrolled for disclosure, with its certificate; for CSV that is told on stderr.

    Example: dossier indicators run ict-share --format json
    """
    from api.answers.figures import dimensions
    from projections.counting.indicator import indicator
    from projections.figures.facts_reader import FactsReader
    from projections.figures.figures import Asked, figure
    from projections.figures.past import Past, rules_of

    spark = on_spark(engine, "duckdb")
    if format_ not in ("table", "csv", "json", "parquet"):
        raise typer.BadParameter("table, csv, json or parquet", param_hint="--format")
    if format_ == "table" and output is not None:
        raise typer.BadParameter("csv, json or parquet for a file", param_hint="--format")
    if format_ == "parquet" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("a Parquet file is not for a terminal: give it a name with -o", param_hint="--output")
    asked = Asked(dimensions(by), from_, to, controlled=False)
    with opened(data) as log:
        if spark:
            from projections.spark.running import Run, run

            with scratching(scratch) as place:
                found = run(
                    log.journal, log.database.reader, indicator(name), asked, Run(ruleset, position, master, place)
                )
        else:
            reader = FactsReader(log.journal)
            generation, facts = reader.facts()
            if ruleset is not None or position is not None:
                with log.journal.reading() as connection:
                    rules = rules_of(connection, ruleset)
                at = generation.position if position is None else min(position, log.journal.head().position)
                generation, facts = Past(log.journal, log.database.reader).facts(rules, at)
            if indicator(name).ledger:
                facts = reader.beside_readings(generation, facts)
            found = figure(indicator(name), asked, generation, facts)
    if format_ == "table":
        _print_figure(found)
        return
    _write(_written(found, format_), output)
    if format_ == "csv":
        sys.stderr.write(json.dumps(found["certificate"]) + "\n")


@indicators.command("publish")
def publish(
    name: Annotated[str | None, typer.Argument(help="An indicator; `dossier indicators list` names them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every indicator.")] = False,
    data: Data = None,
) -> None:
    """Publish indicators as they stand, where that gives nothing away; else what was published stays.

    Example: dossier indicators publish --all
    """
    from dossier.refusals import refused
    from projections.counting.indicator import catalogue, indicator
    from projections.figures.facts_reader import FactsReader
    from projections.publications.press import BeingPublished, Press

    if (name is None) is not every:
        raise typer.BadParameter("name one indicator, or say --all", param_hint="NAME")
    with opened(data) as log:
        press = Press(log.journal, log.database.app, FactsReader(log.journal))
        for one in catalogue().values() if name is None else [indicator(name)]:
            try:
                shown = press.current(one)
            except BeingPublished as error:
                raise refused("being-published", f"{one.name}: {error}.") from None
            hidden = f"{int(shown.hidden[shown.own].sum())} of {int(shown.own.sum())} cells hidden"
            print(f"{one.name}\tpublication {shown.number} at position {shown.position}: {hidden}")


def _written(found: dict[str, Any], format_: str) -> bytes:
    from api.formats.parquet import as_parquet
    from api.formats.separated import as_csv

    if format_ == "parquet":
        return as_parquet(found)
    if format_ == "csv":
        return as_csv(found).encode()
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    output.write_bytes(content)


def _print_figure(found: dict[str, Any]) -> None:
    from projections.figures.figures import columns_of

    columns = columns_of(found)[:-1]
    rows = [[str(row[c]) if row.get(c) is not None else "" for c in columns] for row in found["rows"]]
    table = Table(*columns, title=f"{found['title']['en']} ({found['unit']}), {found['as_of']}")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    for caveat in found["caveats"]:
        Console().print(caveat["en"], style="dim")
    print(json.dumps(found["certificate"]))


@indicators.command("check")
def check_indicators(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="SQL files; those of the program when absent.")
    ] = None,
) -> None:
    """Say what is wrong with indicators, line by line. Needs no database.

    Example: dossier indicators check dossiers-by-commune.sql
    """
    from projections.counting.indicator import DIRECTORY
    from projections.figures.indicator_check import faults

    found = [
        f"{file}:{line}: {detail}"
        for file in files or sorted(Path(str(DIRECTORY)).glob("*.sql"))
        for line, detail in faults(file.stem, text_of(file))
    ]
    for told in found:
        print(told)
    if found:
        refuse(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}: mend the lines above")
    print("no fault found")
