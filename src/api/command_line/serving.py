"""Commands of the operator: serve, tokens, settings."""

from __future__ import annotations

import signal
from typing import Annotated, Any, cast, get_args
from uuid import UUID

import typer

from api.command_line.main import app
from api.command_line.options import Data, begun, look_for_log, settings
from api.identity.principal import Principal, Role
from dossier.settings import Settings, variable


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes a free one.", show_default="8000")
    ] = None,
    data: Data = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill a demo population when the log is empty.")] = False,
) -> None:
    """Migrate the database and serve. Ctrl-C stops.

    Example: dossier serve --port 8080 --data /srv/dossier
    """
    from api.command_line.welcome import demonstrate, welcome
    from api.logs import configure_logging
    from api.server import serve as serve_log

    signal.signal(signal.SIGTERM, _stop)
    chosen = settings(data, port=port)
    configure_logging(chosen)
    try:
        with begun(data) as log:
            if demo:
                demonstrate(log)
            serve_log(chosen, log, demonstration=demo, ready=lambda url: welcome(url, chosen, log, full=demo))
    except KeyboardInterrupt:
        pass


def _stop(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


@app.command()
def token(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(Role))}.")],
    agency_id: Annotated[str | None, typer.Option("--agency", help="The organisation it speaks for.")] = None,
    dossier: Annotated[UUID | None, typer.Option(help="The entrepreneur's own dossier.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="The person it is for: told apart from colleagues in the access ledger.")
    ] = None,
    data: Data = None,
) -> None:
    """Print a bearer token, and nothing else.

    Example: dossier token --role agency --agency hub
    """
    check_role(role)
    if role in ("agency", "adviser") and not agency_id:
        raise typer.BadParameter(f"a token for `{role}` needs --agency", param_hint="--agency")
    if role == "entrepreneur" and dossier is None:
        raise typer.BadParameter("a token for `entrepreneur` needs --dossier", param_hint="--dossier")
    from api.identity.tokens import TokenKey

    print(TokenKey(settings(data).data).issue(Principal(cast(Role, role), agency_id, dossier, subject)))


@app.command()
def withdraw(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(Role))}.")],
    agency_id: Annotated[str | None, typer.Option("--agency", help="Of this organisation alone.")] = None,
    dossier: Annotated[UUID | None, typer.Option(help="Of this dossier's entrepreneur alone.")] = None,
    subject: Annotated[str | None, typer.Option(help="Of this person alone.")] = None,
    data: Data = None,
) -> None:
    """Withdraw the bearer tokens issued until now to a role, or to those of it that are named: refused from now on.

    Example: dossier withdraw --role adviser --agency hub --subject i.peeters
    """
    check_role(role)
    from api.identity.tokens import TokenKey

    look_for_log(settings(data))
    TokenKey(settings(data).data).withdraw(Principal(cast(Role, role), agency_id, dossier, subject))
    print("withdrawn: `dossier token` prints new ones; who follows the stream is let go within the hour")


def check_role(role: str) -> None:
    """Refuse what is no role."""
    if role not in get_args(Role):
        raise typer.BadParameter(f"one of {', '.join(get_args(Role))}", param_hint="--role")


@app.command("settings")
def show_settings(data: Data = None) -> None:
    """Show every setting with its variable, and the connection of each database role.

    Example: dossier settings
    """
    from dossier.database.connections import open_database
    from dossier.database.options import for_anybody

    chosen = settings(data)
    for name, field in Settings.model_fields.items():
        value = "(set)" if name.endswith("_url") and getattr(chosen, name) else getattr(chosen, name)
        print(f"{variable(name)}={'' if value is None else value}  # {field.description}")
    with open_database(chosen) as database:
        for role in ("owner", "app", "reader"):
            print(f"dossier_{role}  {for_anybody(getattr(database, role))}")
