"""Commands that fill the log: the demo population, and agencies' files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_line.main import app, refuse
from api.command_line.options import Data, opened


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
    mapping: Annotated[Path, typer.Option(help="The mapping (YAML) that says what its columns mean.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report without writing.")] = False,
    data: Data = None,
) -> None:
    """Import an agency's file; safe to repeat.

    Example: dossier import awards.csv --mapping tam.yaml --dry-run
    """
    from api.imports.importing import run_import
    from api.imports.mapping import load_mapping

    declared = load_mapping(mapping)
    with opened(data) as log:
        report = run_import(log, file, declared, dry_run=dry_run)
    print(report)
    if report.accepted + report.duplicate == 0:
        refuse("no row could be taken: see the reasons above")
