"""Commands of the auditor: proofs to take away, proofs to check, the whole log, and the keys behind them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from api.command_line.main import audit, key, refuse
from api.command_line.options import Data, opened, settings
from dossier.ledger import Entry, Seen
from dossier.log import Log

PATIENCE = 10.0
"""Seconds to wait for a running server to seal."""
LARGEST_FIGURE = 64 << 20
"""Bytes a figure may have."""


@audit.command("export")
def export(
    dossier: UUID,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    data: Data = None,
) -> None:
    """Write a dossier's whole history with its proofs, personal fields included, into one file.

    It is a reading of an auditor's, and recorded in the access ledger before the file is there.

    Example: dossier audit export 0198c0de-... -o bundle.json
    """
    from dossier.sealing.bundle import bundle
    from dossier.sealing.keys import LogKeys
    from projections import store

    with opened(data) as log, sealed(log, settings(data).data) as connection:
        generation = store.served(connection)
        digest = generation.digest if generation else ""
        signers = LogKeys(settings(data).data).signers()
        found = bundle(connection, dossier, signers, ruleset_digest=digest, at=datetime.now(UTC))
        if found is None:
            refuse("no dossier has this id")
        seen = Seen(dossier, len(found["events"]), int(found["events"][-1]["position"]))
        log.ledger.record(Entry(seen, "auditor", "audit", "bundle"))
    text = json.dumps(found, ensure_ascii=False)
    write_private(output, text)
    if too_large(text):
        refuse(f"{output} is written, and larger than `dossier audit verify` takes: docs/how-to/verify-the-log.md")
    print(f"{len(found['events'])} events of {dossier} in {output}; `dossier audit verify` checks it")


@audit.command("verify")
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A bundle, or the receipt of an erasure.")],
    vkey: Annotated[str, typer.Option("--key", help="The log's vkey, or a file that holds it.")],
    witness: Annotated[
        list[str] | None, typer.Option(help="vkey of a witness that must have cosigned the bundle's checkpoint.")
    ] = None,
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Let a witness' cosignature over fewer events do: read below.")
    ] = False,
) -> None:
    """Check a bundle offline: exit 0 when every proof in it holds, else 1 with the first thing that is wrong.

    A witness that cosigned fewer events vouches that the log was not rewritten since, and not that the bundle leaves
    nothing out. Let it look and export again; with --earlier that is told, and not refused.

    Example: dossier audit verify bundle.json --key dossier.example/log+0123abcd+AQ...
    """
    from dossier.verification.bundle import verify_file

    witnesses = [told(one) for one in witness or ()]
    print("\n".join(verify_file(bundle, told(vkey), witnesses, earlier=earlier).lines()))


@audit.command("receipt")
def receipt(
    dossier: UUID,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    data: Data = None,
) -> None:
    """Write the receipt of an erasure: proof that it is on record, without anything of the dossier beside it.

    Example: dossier audit receipt 0198c0de-... -o receipt.json
    """
    from dossier.sealing.bundle import receipt as made
    from dossier.sealing.keys import LogKeys

    with opened(data) as log, sealed(log, settings(data).data) as connection:
        found = made(connection, dossier, LogKeys(settings(data).data).signers(), at=datetime.now(UTC))
    if found is None:
        refuse("nothing was erased from a dossier of this id")
    write_private(output, json.dumps(found))
    print(f"the receipt is in {output}; `dossier audit verify` checks it")


@key.command("show")
def show(
    readings: Annotated[bool, typer.Option("--readings", help="That of the access ledger instead.")] = False,
    data: Data = None,
) -> None:
    """Print the log's vkey.

    Example: dossier audit key show
    """
    from dossier.sealing.keys import LogKeys
    from dossier.sealing.series import EVENTS, READINGS

    print((READINGS if readings else EVENTS).signers(LogKeys(settings(data).data).signers())[0].vkey)


@key.command("rotate")
def rotate(data: Data = None) -> None:
    """Make a new key; the former goes on signing beside it until `dossier audit key retire`.

    Example: dossier audit key rotate
    """
    from dossier.sealing.keys import LogKeys
    from dossier.sealing.reading import SQL
    from dossier.sealing.series import SERIES

    chosen = settings(data)
    with opened(data) as log:
        new = LogKeys(chosen.data).rotate()
        with log.journal.reading() as connection:
            for of in SERIES:
                connection.execute(SQL["add_key"], (of.name, of.signers([new])[0].vkey))
    print(new.vkey)


@key.command("retire")
def retire(data: Data = None) -> None:
    """Sign with the newest key alone from now on: when everybody who verifies has it.

    Example: dossier audit key retire
    """
    from dossier.sealing.keys import LogKeys

    for former in LogKeys(settings(data).data).retire():
        print(f"retired {former.vkey}")


def too_large(text: str) -> bool:
    """Whether a bundle is larger than its verifier takes, in bytes or in values."""
    from dossier.verification.bundle import LARGEST
    from dossier.verification.strict_json import MOST

    return len(text.encode()) > LARGEST or text.count(",") > MOST


def told(vkey: str) -> str:
    """A vkey, given as such or as the file that holds it."""
    try:
        file = Path(vkey)
        if not file.is_file():
            return vkey
        with file.open(encoding="utf-8") as content:
            return content.read(1_000).strip()
    except (OSError, ValueError):
        return vkey


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read: it can hold a person's data."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


@contextmanager
def sealed(log: Log, data: Path) -> Iterator[Any]:
    """A snapshot in which the log and the access ledger are sealed whole: by the server beside, or else here."""
    from dossier.sealing import reading
    from dossier.sealing.keys import LogKeys
    from dossier.sealing.sealer import Sealer
    from dossier.sealing.series import SERIES

    LogKeys(data).ensure(settings(data).log_origin)
    sealers, deadline = [Sealer(data, of) for of in SERIES], time.monotonic() + PATIENCE
    while True:
        done = [sealer.seal(log.database.app) for sealer in sealers]
        with log.journal.reading() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if all(done) or all(
                _covers(reading.checkpoint(connection, of), reading.head(connection, of)) for of in SERIES
            ):
                yield connection
                return
        if time.monotonic() > deadline:
            refuse("the log is not being sealed: the server's log says why")
        time.sleep(0.05)


def _covers(found: Any, head: int) -> bool:
    return found is not None and found.size >= head


def progress(what: str) -> Any:
    """How far a long check has come: a line on stderr each second."""
    last = [0.0]

    def tell(done: int, of: int) -> None:
        if done == of or time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            sys.stderr.write(f"{what}: {done} of {of}\n")

    return tell


@audit.command("log")
def log_(
    vkey: Annotated[str | None, typer.Option("--key", help="The log's vkey, or a file that holds it.")] = None,
    published: Annotated[
        bool, typer.Option("--publications/--no-publications", help="Count every publication anew too.")
    ] = True,
    data: Data = None,
) -> None:
    """Derive everything again from the stored bytes and compare: exit 0 when all is whole, else 1 with what is not.

    Digests, tree, tiles, census, checkpoint and cosignatures, of the log and of the access ledger; idempotency keys,
    vault and holdings; served projections; what was published of the indicators, each counted as of its position.

    Example: dossier audit log --key dossier.example/log+0123abcd+AQ...
    """
    import psycopg

    from dossier.auditing.whole import audit as audit_all
    from projections.auditing import audit_projections
    from projections.publication_audit import audit_publications

    with opened(data) as log:
        with sealed(log, settings(data).data):
            pass
        with psycopg.connect(log.database.app, application_name="dossier-audit") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = audit_all(connection, told(vkey) if vkey else None, progress("events"))
            dossiers = audit_projections(connection, log.database.app, progress("projected events"))
            told_of = progress("publications")
            publications = audit_publications(connection, log.database.app, told_of) if published else None
            connection.rollback()
    print(f"whole: {found.events} events, {found.checkpoint.size} of them sealed, {dossiers} dossiers projected")
    print(f"whole: {found.readings} readings of the access ledger, {found.ledger.size} of them sealed")
    if publications is not None:
        print(f"whole: {publications} publications of indicators")
    print(f"checked by {found.vkey}")


@audit.command("figure")
def figure(
    certificate: Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="A figure as /v1/indicators gave it.")],
    from_: Annotated[int | None, typer.Option("--from", help="First year, if one was asked for.")] = None,
    to: Annotated[int | None, typer.Option("--to", help="Last year, if one was asked for.")] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="The exported log (NDJSON) to count from, in place of the database.")
    ] = None,
    data: Data = None,
) -> None:
    """Count a published figure again from the log alone, as of its certificate: exit 0 when it comes to the same.

    With `--log` nothing of the operator's is used but the file: it is counted in a database made for it, and removed.

    Example: dossier audit figure ict-share.json --log log.ndjson
    """
    import psycopg

    from projections.auditing import audit_figure

    told_figure = read_figure(certificate) | {"from": from_, "to": to}
    with (
        exported(log) if log else of_the_log(data) as conninfo,
        psycopg.connect(conninfo, application_name="dossier-audit") as connection,
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tell = progress("projected events")
        found = audit_figure(connection, conninfo, told_figure, tell, readings_kept=log is None)
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
def exported(path: Path) -> Iterator[str]:
    """A database that holds an exported log and nothing else, for as long as the block lasts."""
    from tempfile import TemporaryDirectory

    from dossier.auditing.exported import load
    from dossier.database.connections import open_database
    from dossier.database.migrate import migrate
    from dossier.settings import Settings

    with (
        TemporaryDirectory(prefix="dossier-audit-") as directory,
        open_database(Settings(data=Path(directory), database_url=None)) as database,
    ):
        migrate(database.owner)
        load(database.owner, path)
        yield database.app


def read_figure(path: Path) -> dict[str, Any]:
    """A figure from its file; refused when it lacks what a recount needs."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FIGURE + 1)
    try:
        found = json.loads(content) if len(content) <= LARGEST_FIGURE else None
    except (ValueError, RecursionError):
        found = None
    needs = {"indicator", "by", "rows", "certificate"}
    if not isinstance(found, dict) or not needs <= set(found) or not isinstance(found["certificate"], dict):
        refuse(f"{path} is no figure: it has {', '.join(sorted(needs))}")
    missing = {"ruleset", "ruleset_digest", "position", "root", "disclosure"} - set(found["certificate"])
    if missing:
        refuse(f"the certificate in {path} lacks {', '.join(sorted(missing))}")
    if not well_formed(found):
        refuse(f"{path} is no figure as /v1/indicators gives one")
    return found


def well_formed(found: dict[str, Any]) -> bool:
    """Whether the parts of a figure have the shapes that a recount relies on."""
    made, by, rows = found["certificate"], found["by"], found["rows"]
    texts = [found["indicator"], made["ruleset"], made["position"], *(by if isinstance(by, list) else [None])]
    return (
        all(isinstance(text, str) for text in texts)
        and _number(made["position"])
        and ("readings" not in made or _number(made["readings"]))
        and isinstance(rows, list)
        and all(isinstance(row, dict) and {*by, "suppressed"} <= set(row) for row in rows)
    )


def _number(text: Any) -> bool:
    """Whether it is a position, or a count, as the service writes one."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < len(str(2**63))
