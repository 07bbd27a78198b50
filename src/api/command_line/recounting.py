"""Commands that derive everything again: the whole log against its database, a published figure against the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.command_line.main import audit, refuse
from api.command_line.options import Data, opened, settings
from api.command_line.sealed import progress, sealed, told

OF_A_SHELL = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))
"""Where the pipes of a command's input stand."""
LARGEST_FIGURE = 64 << 20
"""Bytes a figure may have."""


@audit.command("log")
def log_(
    vkey: Annotated[str | None, typer.Option("--key", help="The log's vkey, or a file that holds it.")] = None,
    published: Annotated[
        bool, typer.Option("--publications/--no-publications", help="Count every publication anew too.")
    ] = True,
    other_versions: Annotated[
        bool,
        typer.Option(
            "--other-versions", help="Go on past what another version published and this one counts otherwise."
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Derive everything again from the stored bytes and compare: exit 0 when all is whole, else 1 with what is not.

    The schema, with its triggers and rights, against the migrations; digests, tree, tiles, census, checkpoint and
    cosignatures, of the log, of the access ledger and of the register's deeds; what is registered and published against
    its deeds; idempotency keys, vault and holdings; rows that follow from nothing, by their fingerprints; projections,
    those that are kept too; what was published of the indicators, each counted as of its position.

    Example: dossier audit log --key dossier.example/log+0123abcd+AQ...
    """
    import psycopg

    from dossier.auditing.whole import audit as audit_all
    from projections.generations.auditing import audit_projections, begin_snapshot
    from projections.publications.publication_audit import audit_publications

    with opened(data) as log:
        with sealed(log, settings(data).data):
            pass
        with psycopg.connect(log.database.app, application_name="dossier-audit") as connection:
            begin_snapshot(connection)
            found = audit_all(connection, told(vkey) if vkey else None, progress("events"))
            dossiers = audit_projections(connection, log.database.app, progress("projected events"))
            told_of, others = progress("publications"), list[str]()
            other = others.append if other_versions else None
            publications = published and audit_publications(connection, log.database.app, told_of, other=other)
            connection.rollback()
    print(f"whole: {found.events} events, {found.checkpoint.size} of them sealed, {dossiers} dossiers projected")
    print(f"whole: {found.readings} readings of the access ledger, {found.ledger.size} of them sealed")
    print(f"whole: {found.deeds} deeds of the register, {found.register.size} of them sealed")
    if published:
        print(f"whole: {publications} publications of indicators" + ", but for these" * bool(others))
    for line in others:
        print(f"counted otherwise by this version: {line}")
    print(f"checked by {found.vkey}")


@audit.command("figure")
def figure(
    certificate: Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="A figure as /v1/indicators gave it.")],
    from_: Annotated[int | None, typer.Option("--from", help="First year, if one was asked for.")] = None,
    to: Annotated[int | None, typer.Option("--to", help="Last year, if one was asked for.")] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="The exported log (NDJSON) to count from, in place of the database.")
    ] = None,
    readings: Annotated[
        Path | None, typer.Option("--readings", help="With --log: the exported access ledger, for figures of readings.")
    ] = None,
    data: Data = None,
) -> None:
    """Count a published figure again from the log alone, as of its certificate: exit 0 when all it says is the same.

    With `--log` nothing of the operator's is used but the files: it is counted in a database made for it, and removed.

    Example: dossier audit figure ict-share.json --log log.ndjson
    """
    import psycopg

    from projections.figures.figure_audit import audit_figure, check_without_readings

    if readings and not log:
        raise typer.BadParameter("readings are read beside an exported log: give --log too", param_hint="--readings")
    for path in (certificate, log, readings):
        refuse_waiting(path)
    told_figure = read_figure(certificate) | {"from": from_, "to": to}
    if log and not readings:
        check_without_readings(told_figure)
    with (
        exported(log, readings) if log else of_the_log(data) as conninfo,
        psycopg.connect(conninfo, application_name="dossier-audit") as connection,
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tell = progress("projected events")
        kept = {"readings_kept": log is None or readings is not None, "publications_kept": log is None}
        found = audit_figure(connection, conninfo, told_figure, tell, **kept)
        connection.rollback()
    made = found["certificate"]
    print(
        f"{found['indicator']}: {len(found['rows'])} rows, the same from {made['position']} events, root {made['root']}"
    )


@contextmanager
def of_the_log(data: Path | None) -> Iterator[str]:
    """The database of the log."""
    with opened(data) as log:
        yield log.database.app


@contextmanager
def exported(log: Path, readings: Path | None) -> Iterator[str]:
    """A database that holds an exported log, its readings where given, and nothing else, while the block lasts."""
    from tempfile import TemporaryDirectory

    from dossier.auditing import exported_readings
    from dossier.auditing.exported import load
    from dossier.database.connections import open_database
    from dossier.database.migrate import migrate
    from dossier.settings import Settings

    with (
        TemporaryDirectory(prefix="dossier-audit-") as directory,
        open_database(Settings(data=Path(directory), database_url=None)) as database,
    ):
        migrate(database.owner)
        load(database.owner, log)
        if readings:
            exported_readings.load(database.owner, readings)
        yield database.app


def refuse_waiting(path: Path | None) -> None:
    """Refuse a named pipe, to which nobody may ever write. Those that a shell makes come to an end."""
    if path and path.is_fifo() and path.parent not in OF_A_SHELL:
        refuse(f"{path} is no file")


def read_figure(path: Path) -> dict[str, Any]:
    """A figure from its file; refused when it lacks what a recount needs."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FIGURE + 1)
    try:
        found = json.loads(content, object_pairs_hook=_once) if len(content) <= LARGEST_FIGURE else None
    except (ValueError, RecursionError):
        found = None
    needs = {"indicator", "by", "rows", "certificate"}
    if not isinstance(found, dict) or not needs <= set(found) or not isinstance(found["certificate"], dict):
        refuse(f"{path} is no figure: a figure has {', '.join(sorted(needs))}")
    missing = {"ruleset", "ruleset_digest", "position", "root", "disclosure"} - set(found["certificate"])
    if missing:
        refuse(f"the certificate in {path} lacks {', '.join(sorted(missing))}")
    if not well_formed(found):
        refuse(f"{path} is no figure as /v1/indicators gives one")
    return found


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: readers would differ on which counts."""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name stands twice")
    return found


def well_formed(found: dict[str, Any]) -> bool:
    """Whether the parts of a figure have the shapes that a recount relies on."""
    made, by, rows = found["certificate"], found["by"], found["rows"]
    texts = [found["indicator"], made["ruleset"], made["position"], *(by if isinstance(by, list) else [None])]
    line = made.get("successors", {})
    return (
        all(isinstance(text, str) for text in texts)
        and isinstance(made["disclosure"], dict)
        and isinstance(line, dict)
        and all(isinstance(successor, str) for successor in line.values())
        and _number(made["position"])
        and ("readings" not in made or _number(made["readings"]))
        and isinstance(rows, list)
        and all(isinstance(row, dict) and {*by, "suppressed"} <= set(row) for row in rows)
    )


def _number(text: Any) -> bool:
    """Whether it is a position, or a count, as the service writes one."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < len(str(2**63))
