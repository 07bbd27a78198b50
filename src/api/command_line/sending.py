"""Commands of an agency's own machine: they reach the service by HTTP alone, and need nothing of its data."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.command_line.main import app, errors, refuse, text_of
from api.command_line.options import Token
from api.command_line.private import write_private
from api.imports.shipped import shipped_mappings

if TYPE_CHECKING:
    from api.client import Client

POLL = 0.5
ADDED_AT_ONCE = 1_000
DONE = ("done", "failed")
FORMS: dict[str, Literal["application/json", "text/csv"]] = {"csv": "text/csv", "json": "application/json"}


@app.command()
def send(
    url: Annotated[str, typer.Option(help="The address of the service.")],
    outbox: Annotated[Path, typer.Option(help="The file events wait in; made when it is not there.")],
    file: Annotated[
        Path | None, typer.Argument(help="Events to add: one CloudEvent a line.", exists=True, dir_okay=False)
    ] = None,
    patience: Annotated[float, typer.Option(help="Seconds to go on trying while the service is away.")] = 300.0,
    token: Token = "",
) -> None:
    """Put events in an outbox and deliver all that waits there; safe to repeat, whatever broke in between.

    Example: dossier send events.ndjson --outbox outbox.db --url https://dossier.example
    """
    from api.client import Client, Later, Outbox, Undeliverable

    with Outbox(outbox) as box, Client(url, token) as client:
        given = _events(file) if file else iter(())
        while some := list(islice(given, ADDED_AT_ONCE)):
            box.add(*some)
        try:
            done = box.deliver(client, patience=patience)
        except (Later, Undeliverable) as error:
            refuse(f"{len(box)} events wait in {outbox}: {error}; run this again")
        print(f"{done.accepted} recorded, {done.duplicate} were there before, {done.refused} refused")
        left = box.refused()
        for event, problem in left:
            errors.print(f"{event['id']}: {problem.get('title', '')}. {problem.get('detail', '')}", markup=False)
    if left:
        refuse(f"{len(left)} refused events are kept in {outbox}: mend them and send them under new ids")


def _events(file: Path) -> Iterator[dict[str, Any]]:
    """The CloudEvents of a file. Raises ValueError with the line at fault."""
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if not isinstance(event, dict) or not {"id", "source"} <= event.keys():
                raise ValueError(f"{file.name}, line {number}: a CloudEvent with `id` and `source` is needed")
            yield event


def import_by(
    client: Client, file: Path, mapping: str, *, dry_run: bool, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Send a file and wait until it is imported; how it ended."""
    from api.client import Later, Problem

    path = Path(mapping)
    declared = text_of(path) if mapping not in shipped_mappings() and path.is_file() else mapping
    try:
        status = client.send_file(file, declared, dry_run=dry_run)
        while status["status"] not in DONE:
            time.sleep(POLL)
            status = _status(client, status)
            progress(status["progress"]["rows"])
    except (Problem, Later) as error:
        refuse(f"{error}; run this again: nothing is imported twice")
    if failure := status.get("failure"):
        refuse(f"{file.name}: {failure['problem']}. {failure['remedy']}")
    return status


def _status(client: Client, before: dict[str, Any]) -> dict[str, Any]:
    """How far it is now; as before while the service is away: it goes on with it once it is back."""
    from api.client import Later

    try:
        return client.import_status(before["id"])
    except Later:
        return before


def tell_sent(client: Client, status: dict[str, Any], file: Path | None, lang: str, form: str) -> None:
    """Print what became of a file, and write what was left out to a file; refuse when no row at all was taken."""
    left = {name: client.import_report(status["id"], lang, kind).decode() for name, kind in FORMS.items()}
    if file is not None:
        write_private(file, "\ufeff" + left["csv"])
    counts = status["progress"]
    if form == "text":
        print(f"{counts['rows']} rows: {counts['accepted']} accepted, {counts['duplicate']} there before,", end=" ")
        print(f"{counts['quarantined']} quarantined")
        for row in json.loads(left["json"])["quarantined"]:
            for fault in row["faults"]:
                print(f"  line {row['line']} {fault['column']}: {fault['problem']} -> {fault['remedy']}")
    else:
        print(left[form])
    if counts["rows"] and not counts["accepted"] + counts["duplicate"]:
        refuse("no row could be taken: the report above says why")
