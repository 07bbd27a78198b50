"""Commands about the keys that sign the log's checkpoints."""

from __future__ import annotations

from typing import Annotated

import typer

from api.command_line.main import key, refuse
from api.command_line.options import Data, opened, settings


@key.command("show")
def show(
    readings: Annotated[bool, typer.Option("--readings", help="That of the access ledger instead.")] = False,
    deeds: Annotated[bool, typer.Option("--deeds", help="That of the register's deeds instead.")] = False,
    data: Data = None,
) -> None:
    """Print the log's vkey.

    Example: dossier audit key show
    """
    from dossier.sealing.keys import LogKeys
    from dossier.sealing.series import DEEDS, EVENTS, READINGS

    of = READINGS if readings else DEEDS if deeds else EVENTS
    print(of.signers(LogKeys(settings(data).data).signers())[0].vkey)


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
    from dossier.sealing.sealer import retire as retire_former
    from dossier.sealing.signed import SealRefused

    with opened(data) as log:
        try:
            retired = retire_former(log.database.app, settings(data).data)
        except SealRefused as error:
            refuse(str(error))
    for former in retired:
        print(f"retired {former.vkey}")
