"""Commands of the auditor about one dossier: its proofs to take away, and to check."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from api.command_line.main import audit, refuse
from api.command_line.options import Data, opened, settings
from api.command_line.private import write_private
from api.command_line.sealed import sealed, told
from dossier.ledger import Entry, Seen


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
    from projections.generations import store

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


def too_large(text: str) -> bool:
    """Whether a bundle is larger than its verifier takes, in bytes or in values."""
    from dossier.verification.bundle import LARGEST
    from dossier.verification.strict_json import MOST

    return len(text.encode()) > LARGEST or text.count(",") > MOST
