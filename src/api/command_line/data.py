"""Commands that fill the log: the demo population, and agencies' files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.command_line.main import app, refuse
from api.command_line.options import Data, opened
from api.imports.loading import load_mapping, shipped_mappings

MAPPING = f"The mapping (YAML) of its columns, or one shipped: {', '.join(sorted(shipped_mappings()))}."


@app.command()
def demo(
    dossiers: Annotated[int, typer.Option(min=1, help="How many entrepreneurs.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed makes the same population.")] = 2026,
    data: Data = None,
) -> None:
    """Fill a realistic population of journeys, through the same write path as everybody.

    Example: dossier demo --dossiers 1000 --seed 7
    """
    from api.command_line.welcome import populate

    with opened(data) as log:
        accepted, duplicate = populate(log, dossiers, seed)
    print(f"{accepted} events recorded, {duplicate} were there before")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or NDJSON.", exists=True, dir_okay=False)],
    mapping: Annotated[str, typer.Option(help=MAPPING)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report without writing.")] = False,
    format_: Annotated[
        str, typer.Option("--format", help="How to report: text, csv (quarantined rows), json.")
    ] = "text",
    data: Data = None,
) -> None:
    """Import an agency's file; safe to repeat.

    Example: dossier import awards.csv --mapping tam --dry-run
    """
    from api.imports.importing import run_import

    if format_ not in REPORTS:
        raise typer.BadParameter(f"one of {', '.join(REPORTS)}", param_hint="--format")
    shipped = shipped_mappings()
    declared = load_mapping(shipped[mapping] if mapping in shipped else Path(mapping))
    with opened(data) as log, counting("rows") as progress:
        report = run_import(log, file, declared, dry_run=dry_run, progress=progress)
    print(getattr(report, format_)())
    if report.rows and report.accepted + report.duplicate == 0:
        refuse("no row could be taken: the report above says why")


REPORTS = ("text", "csv", "json")


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """A running count on the terminal; silent where there is none."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)
