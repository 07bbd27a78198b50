"""`/dossiers/{id}`: a dossier as a page, as true on a day and as known on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.answers.clocks import as_of
from api.pages import contexts, entries, since_visit, state, steps
from api.pages.home import full_name
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import sees_readings, visitor
from api.reader import reader_for
from api.service import ServiceOf, agencies_known
from api.words.telling import Teller
from api.words.words import Words, capital
from dossier.event import BRUSSELS, in_brussels, stamp
from dossier.ledger import Seen
from dossier.refusals import refused
from dossier.values import parse_day
from projections.dossiers.dossiers import AsOf, Dossiers

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/dossiers/{dossier}")
def page(dossier: str, request: Request, srv: ServiceOf, effective: str = "", known: str = "") -> Response:
    """A dossier by right: its state, then its timeline."""
    found, dossiers = visitor(request), Dossiers(srv.log.journal)
    identity = identity_of(dossier)
    personal = found.reads(dossiers, identity)
    asked = dates(effective, known)
    shown = dossiers.state(identity, asked, personal=personal)
    facts = dossiers.timeline(identity, asked, personal=personal)
    if shown is None or facts is None:
        raise refused("not-found", "No dossier has this id, or had it then.")
    recorders = recorders_of(dossiers, identity, asked) if entries.amended(facts.document) else {}
    teller = Teller(found.words, agencies_known(srv, facts.agencies | set(recorders.values())))
    visited = None
    if personal and found.who is not None:
        reader = reader_for(request, found.who)
        visited = since_visit.told(dossiers, identity, reader, teller) if asked.now else None
        reader.records("page", Seen(identity, shown.version, shown.position))
    years = entries.by_year(facts.document, teller, recorders)
    content = build(shown.document, facts.document, years, teller, personal=personal, asked=asked)
    content = replace(content, visited=visited, shows_readings=sees_readings(found, identity))
    title = content.name or found.words("dossier.title", id=content.id[:8])
    return respond(request, "dossier.html", title, content)


def recorders_of(dossiers: Dossiers, dossier: UUID, asked: AsOf) -> dict[str, str]:
    """The organisation that recorded each event, by its position: an amendment is any organisation's to record."""
    history = dossiers.history(dossier, asked, personal=False)
    return {str(event.position): event.agency for event in history.events} if history else {}


def build(
    document: dict[str, Any],
    timeline: list[dict[str, Any]],
    years: list[contexts.Year],
    teller: Teller,
    *,
    personal: bool,
    asked: AsOf,
) -> contexts.Dossier:
    """The page's context from the dossier's document, its timeline, and the entries of that in words."""
    person = document.get("person")
    project = document["project"] or {}
    return contexts.Dossier(
        id=document["id"],
        name=full_name(person),
        shown_person=personal,
        erased=state.erased(document, teller),
        linked=state.linked(document),
        contact=state.contact(person, teller),
        glance=state.glance(document, teller),
        language=document["language"],
        project=project.get("title"),
        summary=project.get("summary"),
        enterprises=state.enterprises(document, teller),
        team=state.team(document, teller, timeline),
        aid=state.aid(document, teller),
        applications=state.applications(document, teller),
        referrals=steps.referrals(document, teller),
        objectives=steps.objectives(document, teller),
        premises=state.premises(document, teller),
        years=years,
        asked=told(asked, teller.words),
    )


def dates(effective: str, known: str) -> AsOf:
    """The two dates of the form; `known` may also be an instant, as on the API. Raises Refused."""
    if str(date.max) in (effective, known):
        raise refused("invalid", "A day that has a day after it.", ("/effective", "the last day there is"))
    found = as_of(effective or None, None if _is_day(known) else known or None)
    return found._replace(known=end_of(parse_day(known))) if _is_day(known) else found


def end_of(day: date) -> datetime:
    """The last instant of a day in Brussels."""
    return (datetime.combine(day + timedelta(days=1), time.min, BRUSSELS) - timedelta(microseconds=1)).astimezone(UTC)


def told(asked: AsOf, words: Words) -> contexts.Asked:
    """The dates asked for, as the form has them and in words; an instant is not told as the day it is on."""
    parts, known, instant = [], "", False
    if asked.effective:
        parts.append(words("dossier.as_true", day=words.day(asked.effective)))
    if asked.known:
        day = in_brussels(asked.known).date()
        instant = asked.known != end_of(day)
        known = stamp(asked.known) if instant else str(day)
        parts.append(
            words("replayed.as_known", moment=words.moment(asked.known))
            if instant
            else words("dossier.as_known", day=words.day(day))
        )
    sentence = f"{capital(', '.join(parts))}." if parts else None
    return contexts.Asked(str(asked.effective or ""), known, sentence, instant)


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True


def identity_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refused("not-found", "No dossier has this id.") from None
