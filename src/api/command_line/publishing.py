"""The command that publishes: a report of all figures up to a year."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.command_line.main import app
from api.command_line.options import Data, opened


@app.command()
def report(
    year: Annotated[int, typer.Option(min=1900, max=2200, help="The last year that counts.")],
    lang: Annotated[str, typer.Option(help="fr, nl or en.")] = "fr",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="report-YEAR-LANG.html")
    ] = None,
    position: Annotated[int | None, typer.Option(min=1, help="As the log stood at this position.")] = None,
    data: Data = None,
) -> None:
    """Write all indicators up to a year, with charts, tables and certificates, into one HTML file to read or print.

    Figures are controlled for disclosure: the file may be published. It asks nothing of any other place.
    The same position makes the same file.

    Example: dossier report --year 2025 --lang fr -o report.html
    """
    from api.pages.languages import LANGUAGES
    from api.pages.telling import Teller
    from api.pages.words import words
    from api.reports.report import report as written
    from projections.facts_reader import FactsReader
    from projections.past import Past, rules_of

    spoken = next((one for one in LANGUAGES if one == lang), None)
    if spoken is None:
        raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--lang")
    target = output or Path(f"report-{year}-{lang}.html")
    console = Console(stderr=True)
    columns = (TextColumn("report"), BarColumn(), TextColumn("{task.completed}/{task.total} {task.description}"))
    with opened(data) as log, Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def progress(done: int, of: int, name: str) -> None:
            bar.update(task, completed=done, total=of, description=name)
            if not console.is_terminal:
                sys.stderr.write(f"report: {done} of {of} indicators {name}".rstrip() + "\n")

        reader = FactsReader(log.journal)
        generation, facts = reader.facts()
        if position is not None:
            with log.journal.reading() as connection:
                rules = rules_of(connection, None)
            generation, facts = Past(log.journal, log.database.reader).facts(rules, position)
        facts = reader.beside_readings(generation, facts)
        text = written(generation, facts, Teller(words(spoken), log.agencies), year, progress)
    target.write_text(text, encoding="utf-8")
    print(f"{target}: every indicator up to {year}, at position {generation.position}")
