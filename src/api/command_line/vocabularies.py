"""Commands of an agency's vocabulary: check it, see what it would change, publish it, see what is left to map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.command_line.main import refuse, text_of, vocabulary
from api.command_line.options import Data, opened
from dossier.refusals import Refused
from dossier.vocabulary.declaration import Declaration, checked, read_yaml

File = Annotated[Path, typer.Argument(help="The vocabulary (YAML).", exists=True, dir_okay=False)]


@vocabulary.command("check")
def check(
    file: File,
    against_log: Annotated[
        bool, typer.Option("--against-log", help="Also show what it would have made of all that the agency recorded.")
    ] = False,
    data: Data = None,
) -> None:
    """Check a vocabulary against the catalogue; with --against-log, rehearse it. Writes nothing.

    Example: dossier vocabulary check hub.yaml --against-log
    """
    found = declaration(file)
    print(f"{file.name} is a vocabulary of {found.agency}: {told(found)}")
    if not against_log:
        return
    from dossier.vocabulary import declared
    from dossier.vocabulary.rehearsal import rehearse

    with opened(data) as log:
        waiting = log.unmapped.waiting(found.agency)
        with log.journal.reading() as connection:
            report = rehearse(connection, declared(found.model_dump())).report(waiting)
    print(f"{report['events_changed']} of {report['events']} events would have been recorded in other terms")
    for title in ("changes", "unmapped", "settled"):
        _print_table(title, report[title])


@vocabulary.command("publish")
def publish_file(file: File, data: Data = None) -> None:
    """Publish a vocabulary: events posted from now on are translated by it. The same again changes nothing.

    Example: dossier vocabulary publish hub.yaml
    """
    from dossier.vocabulary.publication import publish

    found = declaration(file)
    with opened(data) as log:
        if found.agency not in log.agencies:
            refuse(f"`{found.agency}` is not registered: `dossier agency add` registers it")
        with log.journal.reading() as connection:
            published, new = publish(connection, found)
    said = "is published" if new else "stands already"
    print(f"version {published.version} of {found.agency} {said}: {told(found)}, {published.digest}")


@vocabulary.command("unmapped")
def unmapped(
    agency: Annotated[str, typer.Argument(help="The organisation.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    data: Data = None,
) -> None:
    """List the words an organisation posted that have no common term yet, whether it has a vocabulary or not.

    Example: dossier vocabulary unmapped hub
    """
    with opened(data) as log:
        if agency not in log.agencies:
            refuse(f"`{agency}` is not registered: `dossier agency add` registers it")
        waiting = [one._asdict() for one in log.waiting(agency)]
    if as_json:
        print(json.dumps(waiting, default=str, ensure_ascii=False))
        return
    _print_table(
        "unmapped", [{name: one[name] for name in ("type", "field", "word", "recorded", "refused")} for one in waiting]
    )


def declaration(file: Path) -> Declaration:
    """The vocabulary of a file, checked; each fault is a line of the refusal."""
    given: Any = read_yaml(text_of(file))
    try:
        return checked(given)
    except Refused as error:
        faults = "; ".join(f"{pointer or '/'}: {said}" for pointer, said in error.refusal.errors)
        refuse(f"{file.name} is not valid: {faults}")


def told(found: Declaration) -> str:
    """How much a vocabulary says."""
    words = sum(map(len, found.terms.values()))
    forms = sum(map(len, found.forms.values()))
    return f"{words} words of {len(found.terms)} fields, {forms} forms"


def _print_table(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        print(f"{title}: none")
        return
    table = Table(*rows[0], title=title, box=None)
    for row in rows:
        table.add_row(*(", ".join(value) if isinstance(value, list) else str(value or "") for value in row.values()))
    Console(soft_wrap=True).print(table)
