"""The command that publishes: a report of all figures up to a year."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.command_line.main import app
from api.command_line.options import Data, opened

if TYPE_CHECKING:
    from api.reports.report import Figures
    from dossier.log import Log
    from projections.counting.indicator import Indicator
    from projections.figures.figures import Asked


@app.command()
def report(
    year: Annotated[int, typer.Option(min=1900, max=2200, help="The last year that counts.")],
    lang: Annotated[str, typer.Option(help="fr, nl or en.")] = "fr",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="report-YEAR-LANG.html")
    ] = None,
    position: Annotated[
        int | None, typer.Option(min=1, help="Counted anew, as the log stood at this position: not for publication.")
    ] = None,
    data: Data = None,
) -> None:
    """Write all indicators up to a year, with charts, tables and certificates, into one HTML file to read or print.

    Figures are those last published, so the file may be published; what was never published is published first.
    With a position they are counted for the report and protected each by itself: beside public figures that file would
    give differences away. The file asks nothing of any other place. The same figures make the same file.

    Example: dossier report --year 2025 --lang fr -o report.html
    """
    from api.reports.report import report as written
    from api.words.languages import LANGUAGES
    from api.words.telling import Teller
    from api.words.words import words

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

        figures = _published(log) if position is None else _counted(log, position)
        text = written(figures, Teller(words(spoken), log.agencies), year, progress, published=position is None)
    target.write_text(text, encoding="utf-8")
    stands = "as published" if position is None else f"at position {position}, not for publication"
    print(f"{target}: every indicator up to {year}, {stands}")


def _published(log: Log) -> Figures:
    """Figures as the public has them; of an indicator that was never published, after publishing it."""
    from dossier.refusals import refused
    from projections.figures.facts_reader import FactsReader
    from projections.figures.figures import asked_of
    from projections.publications.press import BeingPublished, Press
    from projections.publications.published import as_published

    press = Press(log.journal, log.database.app, FactsReader(log.journal))

    def figure(one: Indicator, asked: Asked) -> dict[str, Any]:
        known = press.all(one)
        try:
            return as_published(asked_of(one, asked), known[-1] if known else press.current(one))
        except BeingPublished as error:
            raise refused("being-published", f"{one.name}: {error}.") from None

    return figure


def _counted(log: Log, position: int) -> Figures:
    """Figures counted from the log as it stood at a position, each controlled by itself."""
    from projections.counting.tables import day_of
    from projections.disclosure.parameters import parameters
    from projections.figures.facts_reader import FactsReader
    from projections.figures.figures import figure
    from projections.figures.past import Past, rules_of

    with log.journal.reading() as connection:
        rules = rules_of(connection, None)
    generation, facts = Past(log.journal, log.database.reader).facts(rules, position)
    facts = FactsReader(log.journal).beside_readings(generation, facts)
    day = day_of(facts)
    rule = parameters(rules, day.isoformat() if day else None)
    return lambda one, asked: figure(one, asked, generation, facts, rule)
