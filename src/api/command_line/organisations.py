"""Commands of the register of organisations: who may post, what they are called, who speaks for whom."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

import typer

from api.command_line.main import agency, refuse
from api.command_line.options import Data, begun, opened
from dossier.agencies import BRUSSELS, Agency, rename, succeed
from dossier.decisions import OPERATOR
from dossier.log import Log

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


@agency.command("add")
def add(
    agency_id: Annotated[str, typer.Argument(metavar="ID", help="A short name, like hub.")],
    name_fr: Annotated[str, typer.Option(help="Name in French.")],
    name_nl: Annotated[str, typer.Option(help="Name in Dutch.")],
    source_prefix: Annotated[str, typer.Option(help="URI that sources of its events start with.")],
    name_en: Annotated[str | None, typer.Option(help="Name in English; the French one when absent.")] = None,
    data: Data = None,
) -> None:
    """Register an organisation, or change its names and prefix.

    Example: dossier agency add hub --name-fr hub.brussels --name-nl hub.brussels --source-prefix https://hub.brussels/crm
    """
    if not re.fullmatch(SLUG, agency_id) or agency_id == OPERATOR:
        refuse(f"`{agency_id}` is no id: small letters, digits and hyphens, like gel-anderlecht")
    with begun(data) as log:
        known = log.agencies.get(agency_id)
        succession = (known.successor, known.succeeded_on) if known else ()
        log.register(Agency(agency_id, name_fr, name_nl, name_en or name_fr, source_prefix, *succession))
    print(f"{agency_id} is registered; its events have sources under {source_prefix}")


@agency.command("list")
def list_agencies(data: Data = None) -> None:
    """List the organisations.

    Example: dossier agency list
    """
    with opened(data) as log:
        for known in log.agencies.values():
            since = f" from {known.succeeded_on}" if known.succeeded_on else ""
            successor = f"\t-> {known.successor}{since}" if known.successor else ""
            print(f"{known.id}\t{known.name_fr}\t{known.source_prefix}{successor}")


@agency.command("rename")
def rename_(
    agency_id: Annotated[str, typer.Argument(metavar="ID", help="The organisation.")],
    name_fr: Annotated[str, typer.Option(help="New name in French.")],
    name_nl: Annotated[str, typer.Option(help="New name in Dutch.")],
    name_en: Annotated[str | None, typer.Option(help="New name in English; the French one when absent.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day; today when absent.")] = None,
    data: Data = None,
) -> None:
    """Give an organisation a new name. Its id, its events and the names it had stay.

    Example: dossier agency rename hub --name-fr hub.brussels --name-nl hub.brussels --on 2018-01-01
    """
    with opened(data) as log:
        known = _registered(log, agency_id)
        names = {"name_fr": name_fr, "name_nl": name_nl, "name_en": name_en or name_fr}
        with log.journal.reading() as connection:
            rename(connection, known, names, _day(on))
    print(f"{agency_id} is called {name_fr}; before it was {known.name_fr}")


@agency.command("succeed")
def succeed_(
    agency_id: Annotated[str, typer.Argument(metavar="ID", help="The organisation that merges into another.")],
    successor: Annotated[str, typer.Option(help="The organisation that speaks for it.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day; today when absent.")] = None,
    data: Data = None,
) -> None:
    """Declare who speaks for an organisation from a day on. What it recorded stays its own.

    It may still post, late, what happened before that day; of what happened since, its successor posts.

    Example: dossier agency succeed impulse --successor hub --on 2018-01-01
    """
    with opened(data) as log:
        _registered(log, agency_id)
        log.register(succeed(log.agencies, agency_id, successor, _day(on)))
    print(f"from {_day(on)} on {successor} speaks for {agency_id}")


def _registered(log: Log, agency_id: str) -> Agency:
    known = log.agencies.get(agency_id)
    if known is None:
        refuse(f"`{agency_id}` is not registered: `dossier agency list` names those that are")
    return known


def _day(on: datetime | None) -> date:
    return on.date() if on else datetime.now(BRUSSELS).date()
