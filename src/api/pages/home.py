"""`/`: what runs here, the log's figures, first indicators, and where to go from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.pages import indicators
from api.pages.contexts import DossierLine, Figure, Home
from api.pages.indicators import PublicFigures
from api.pages.open_dossiers import open_dossiers
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import Visitor, visitor
from api.service import Service, ServiceOf
from api.words.telling import Teller
from api.words.words import Words
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.generations import store

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = {"post-creation": 4, "creation": 2, "pre-creation": 2}
"""How many demo dossiers of each phase the page shows."""


@router.get("/")
def home(request: Request, srv: ServiceOf) -> Response:
    """The page anyone may see."""
    found = visitor(request)
    teller = Teller(found.words, srv.log.agencies)
    public: PublicFigures = request.app.state.public_figures
    counted = public.counted()
    certificate = None
    if counted is not None:
        position, ruleset = counted.certificate["position"], counted.certificate["ruleset"]
        told = {"position": found.words.number(position), "ruleset": ruleset}
        certificate = found.words("home.certificate", **told)
    page = Home(
        figures=log_figures(srv, found.words),
        highlights=indicators.highlights(counted, teller) if counted else [],
        tables=indicators.tables(counted, teller) if counted else [],
        certificate=certificate,
        dossiers=demo_dossiers(srv, found, teller) if found.demonstration else [],
        own=f"/dossiers/{found.who.dossier}" if found.who and found.who.dossier else None,
        coming=srv.log.journal.head().position > 0,
    )
    return respond(request, "home.html", found.words("home.title"), page)


def log_figures(srv: Service, words: Words) -> list[Figure]:
    """How much the log holds and how far what is read is behind it."""
    head = srv.log.journal.head()
    with srv.log.journal.reading() as connection:
        generation = store.served(connection)
        aside = len(connection.execute(store.SQL["set_asides"]).fetchall())
        counts = connection.execute(store.SQL["counts"]).fetchone()
    behind = max(0, head.position - generation.position) if generation else None
    told = words("home.none") if behind is None else words.count("home.behind", behind)
    figures = [
        Figure(words.number(head.position), words("home.events")),
        Figure(words.number(counts[0] if counts else 0), words("home.dossiers")),
        Figure(words.number(len(srv.log.agencies)), words("home.agencies")),
        Figure(words.moment(head.recordedtime) if head.recordedtime else words("home.never"), words("home.last")),
        Figure(words("home.current") if behind == 0 else told, words("home.projections")),
    ]
    if aside:
        figures.append(Figure(words.count("home.set_aside", aside), words("home.aside"), warns=True))
    return figures


def demo_dossiers(srv: Service, found: Visitor, teller: Teller) -> list[DossierLine]:
    """Some dossiers of the demonstration: of each phase those that most organisations support, in various sectors."""
    dossiers = Dossiers(srv.log.journal)
    summaries = dossiers.summaries(sorted(open_dossiers(), key=str))
    return [_line(dossiers, found, teller, one) for one in varied(summaries)]


def varied(summaries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A few of many dossiers, in the order of their journeys' length."""
    chosen: list[dict[str, Any]] = []
    sectors: set[str] = set()
    left = dict(SHOWN)
    for one in sorted(summaries, key=lambda one: -len(one["team"])):
        phase, sector = one["phase"]["value"], _division(one)
        if left.get(phase) and sector and sector not in sectors:
            left[phase] -= 1
            sectors.add(sector)
            chosen.append(one)
    return chosen


def _division(summary: dict[str, Any]) -> str | None:
    return summary["sector"]["nace"]["code"][:2] if summary["sector"] else None


def _line(dossiers: Dossiers, found: Visitor, teller: Teller, one: dict[str, Any]) -> DossierLine:
    words, dossier = found.words, UUID(one["id"])
    person = None
    if found.reads(dossiers, dossier) and (shown := dossiers.state(dossier, AsOf(), personal=True)):
        person = shown.document["person"]
    return DossierLine(
        href=f"/dossiers/{dossier}",
        name=full_name(person) or words("dossier.title", id=one["id"][:8]),
        phase=words.term(one["phase"]["value"]),
        sector=teller.activity(one["sector"]["nace"]) if one["sector"] else "",
        agencies=words.count("home.agencies_count", len(one["team"])),
    )


def full_name(person: dict[str, Any] | None) -> str | None:
    """First name and name; None when neither is known."""
    parts = [(person or {}).get(name) for name in ("given_name", "family_name")]
    return " ".join(part for part in parts if part) or None
