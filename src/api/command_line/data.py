"""Commands that fill the log: the demo population, and agencies' files."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.command_line.main import app, errors, refuse
from api.command_line.options import Data, Token, begun, settings
from api.command_line.private import write_private
from api.imports.problems import FileRefused
from api.imports.shipped import shipped_mappings

if TYPE_CHECKING:
    from api.imports.report import Report
    from api.imports.saying import Lang
    from dossier.log import Log

REGISTER = "kbo"
"""The mapping of the enterprise register, whose extract is several files."""
MAPPING = f"The mapping (YAML) of its columns, or one shipped: {', '.join(sorted([*shipped_mappings(), REGISTER]))}."


@app.command()
def demo(
    dossiers: Annotated[int, typer.Option(min=1, help="How many entrepreneurs.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed makes the same population.")] = 2026,
    url: Annotated[
        str | None, typer.Option(help="Send it to the service of this data directory, running at this address.")
    ] = None,
    data: Data = None,
) -> None:
    """Fill a realistic population of journeys, through the same write path as everybody.

    With --url each organisation sends its own by HTTP, as its program would: through an outbox, with a token.

    Example: dossier demo --dossiers 1000 --seed 7
    """
    from api.command_line.welcome import populate, populate_by
    from api.identity.tokens import TokenKey

    with begun(data) as log:
        if url is None:
            accepted, duplicate = populate(log, dossiers, seed)
        else:
            accepted, duplicate = populate_by(url, log, TokenKey(settings(data).data), dossiers, seed)
    print(f"{accepted} events recorded, {duplicate} were there before")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV, XLSX or NDJSON; for `kbo`, the register's directory.", exists=True)
    ],
    mapping: Annotated[str, typer.Option(help=MAPPING)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report without writing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the quarantined rows here too, as CSV.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: fr, nl or en.")] = "en",
    agency: Annotated[str | None, typer.Option(help="Who posts every row, where the mapping names nobody.")] = None,
    format_: Annotated[
        str, typer.Option("--format", help="How to report: text, csv (quarantined rows), json.")
    ] = "text",
    url: Annotated[
        str | None, typer.Option(help="Send it to the service at this address instead, as `--token` says who.")
    ] = None,
    token: Token = "",
    data: Data = None,
) -> None:
    """Import an agency's file; safe to repeat: a run that was cut short goes on where it was.

    Example: dossier import awards.csv --mapping tam --dry-run --report left-out.csv --lang nl
    """
    from api.client import Client
    from api.command_line.sending import import_by, tell_sent
    from api.imports.saying import LANGUAGES

    if format_ not in REPORTS:
        raise typer.BadParameter(f"one of {', '.join(REPORTS)}", param_hint="--format")
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}", param_hint="--lang")
    if mapping != REGISTER and file.is_dir():
        raise typer.BadParameter("a file is needed", param_hint="FILE")
    if url is not None and mapping == REGISTER:
        raise typer.BadParameter("the register is brought in beside the service", param_hint="--url")
    if url is not None:
        with Client(url, token) as client, counting("rows", file) as progress:
            sent = import_by(client, file, mapping, dry_run=dry_run, progress=progress)
            tell_sent(client, sent, report, lang, format_)
        return
    with begun(data) as log, counting("rows", file) as progress:
        if mapping == REGISTER:
            made = import_snapshot(log, file, dry_run=dry_run, progress=progress)
        else:
            made = import_file(log, file, mapping, agency, dry_run=dry_run, progress=progress)
    tell(made, report, lang, format_)


@app.command("import-register")
def import_register(
    directory: Annotated[Path, typer.Argument(help="An extract, unpacked.", exists=True, file_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report without writing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the quarantined rows here too, as CSV.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the report: fr, nl or en.")] = "en",
    data: Data = None,
) -> None:
    """Enrich dossiers with what the Belgian enterprise register says of the enterprises they hold; safe to repeat.

    Example: dossier import-register KboOpenData_0136_2025_06_Full
    """
    import_(directory, REGISTER, dry_run=dry_run, report=report, lang=lang, agency=None, format_="text", data=data)


REPORTS = ("text", "csv", "json")
LINES_SECONDS = 5.0
"""How often progress is a line, where there is no terminal for a bar."""


def import_file(
    log: Log, file: Path, mapping: str, agency: str | None, *, dry_run: bool, progress: Callable[[int], None]
) -> Report:
    """A file of an organisation, on record so that it can go on; a dry run leaves no record."""
    from api.imports.importing import run_import
    from api.imports.loading import load_mapping
    from api.imports.resuming import Resuming

    shipped = shipped_mappings()
    source = shipped[mapping] if mapping in shipped else Path(mapping)
    declared = load_mapping(source)
    poster = None
    if agency is not None:
        poster = log.agencies.get(agency) or refuse(f"`{agency}` is not registered: `dossier agency add` registers it")
    try:
        if dry_run:
            return run_import(log, file, declared, dry_run=True, progress=progress, poster=poster)
        with Resuming(log, file, source.read_text(encoding="utf-8"), declared) as keeping:
            if keeping.stand.resumed:
                errors.print(f"an import of this file was cut short: going on after {keeping.stand.rows} rows")
            return run_import(log, file, declared, progress=progress, poster=poster, keeping=keeping)
    except FileRefused as error:
        refuse(f"{file.name}: {error}")


def import_snapshot(log: Log, directory: Path, *, dry_run: bool, progress: Callable[[int], None]) -> Report:
    """An extract of the enterprise register."""
    from api.imports.register.enriching import enrich

    return enrich(log, directory, dry_run=dry_run, progress=progress)


def tell(made: Report, file: Path | None, lang: str, form: str) -> None:
    """Print a report, and write what was left out to a file; refuse when no row at all was taken."""
    spoken = cast("Lang", lang)
    if file is not None:
        write_private(file, "\ufeff" + made.csv(spoken))  # by its mark a spreadsheet knows UTF-8
    print({"text": made.text, "csv": made.csv, "json": made.json}[form](spoken))
    if made.rows and made.accepted + made.duplicate == 0:
        refuse("no row could be taken: the report above says why")


@contextmanager
def counting(what: str, file: Path) -> Iterator[Callable[[int], None]]:
    """A running count on the terminal; where there is none, a line every few seconds."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(what, time.monotonic)
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"{what} of {file.name}", total=None)
        yield lambda done: bar.update(task, completed=done)


class Lines:
    """Progress as lines on stderr: the first rows at once, then every few seconds."""

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what, self._clock = what, clock
        self._started, self._next = clock(), 0.0

    def __call__(self, done: int) -> None:
        """So many are done."""
        elapsed = self._clock() - self._started
        if elapsed >= self._next:
            self._next = elapsed + LINES_SECONDS
            sys.stderr.write(f"{done} {self._what}, {done / max(elapsed, 0.001):.0f} a second\n")
