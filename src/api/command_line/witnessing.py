"""Commands of a witness: run one, and let one cosign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.command_line.main import refuse, witness
from api.command_line.options import Data, opened

State = Annotated[Path, typer.Option(help="Directory of the witness' key and of the last checkpoint it saw.")]


@witness.command("add")
def add(
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="The organisation whose witness it is.")],
    vkey: Annotated[str, typer.Argument(metavar="VKEY", help="Its key, as `dossier witness key` prints it.")],
    data: Data = None,
) -> None:
    """Let an organisation's witness cosign this log's checkpoints.

    Example: dossier witness add hub witness.hub.example/1+5d2f33b1+BA...
    """
    from dossier.sealing import witnesses

    with opened(data) as log, log.journal.reading() as connection:
        key = witnesses.add(connection, agency, vkey)
    print(f"{key.text} cosigns for {agency}")


@witness.command("key")
def key(
    state: State,
    name: Annotated[str | None, typer.Option(help="Name of a key to be made, like witness.hub.example/1.")] = None,
) -> None:
    """Print the witness' verifier key; make it first when a name is given and there is none.

    Example: dossier witness key --state /srv/witness --name witness.hub.example/1
    """
    from api.witness import WitnessState

    print(WitnessState(state).signer(name).vkey)


@witness.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    log: Annotated[str | None, typer.Option(help="Address of the log's server.")] = None,
    vkey: Annotated[str | None, typer.Option(help="The log's vkey; needed the first time.")] = None,
    state: Annotated[Path | None, typer.Option(help="Directory of the witness' key and of what it saw.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the witness' key, when it is to be made.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Cosign one checkpoint and end.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 10.0,
) -> None:
    """Run a witness: check that each checkpoint continues the last one seen, cosign it, and end with 1 at a fork.

    Example: dossier witness --log https://dossier.example --vkey dossier.example/log+0123abcd+AQ... --state witness
    """
    if context.invoked_subcommand is not None:
        return
    if log is None or state is None:
        raise typer.BadParameter("needed to run a witness", param_hint="--log and --state")
    import httpx

    from api.witness import Witness

    try:
        with Witness(log, state, vkey=vkey, name=name) as running:
            for line in running.look() if once else running.follow(every):
                print(line, flush=True)
    except httpx.HTTPError as error:
        refuse(f"the log at {log} cannot be reached: {type(error).__name__}")
