"""A dossier's current state in words: rows of the tables that stand above its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.words.telling import Said, Teller
from api.words.words import capital
from dossier import enterprise_number
from dossier.event import day_of
from dossier.values import parse_instant

Document = dict[str, Any]
Rows = list[tuple[str, ...]]
CONTACT = ("birth_date", "email", "phone")
NONE = "–"


def contact(person: Document | None, teller: Teller) -> list[Said]:
    """How to reach the person."""
    known = person or {}
    return [
        Said(name, capital(teller.words.field(name)), teller.value(name, known[name]))
        for name in CONTACT
        if name in known
    ]


def glance(document: Document, teller: Teller) -> list[tuple[str, str]]:
    """What an adviser looks for first: phase, sector, language, since when, what is amiss."""
    words = teller.words
    phase, sector = document["phase"], document["sector"]
    told = capital(words.term(phase["value"]))
    if phase["since"]:
        told = words("dossier.phase_since", phase=told, day=words.day(phase["since"]))
    rows = [(words("dossier.phase"), told)]
    if sector:
        activity = teller.nace(sector["nace"])
        told = f"{words.term('ict')}{words('figures.colon')} {activity}" if sector["ict"] else activity
        rows.append((words("dossier.sector"), told))
    if document["opened_on"]:
        rows.append((words("dossier.opened"), words.day(document["opened_on"])))
    if document["language"]:
        rows.append((words("dossier.language"), capital(words.spoken(document["language"]))))
    rows.append((words("dossier.log"), words.count("dossier.events", document["version"])))
    if amiss := sorted({one["flag"] for one in document["flags"]} - {"personal-data-erased"}):
        rows.append((capital(words.field("flag")), words.listed([words.term(flag, "flag") for flag in amiss])))
    return rows


def erased(document: Document, teller: Teller) -> str | None:
    """That the person was erased and when; what is shown of one all the same was recorded since."""
    days = [flag["on"] for flag in document["flags"] if flag["flag"] == "personal-data-erased"]
    if not days:
        return None
    told = teller.words("dossier.erased", day=teller.words.day(days[-1]))
    return f"{told} {teller.words('dossier.recorded_since')}" if document.get("person") else told


def linked(document: Document) -> list[tuple[str, str]]:
    """The dossiers of the same person, on whichever of them that was told: where each is, and its id.

    The whole id: those opened within a minute begin alike.
    """
    return [(f"/dossiers/{one}", one) for one in document["linked"]]


def enterprises(document: Document, teller: Teller) -> Rows:
    """The dossier's enterprises, active ones first: name, number, status, form, seat, since when."""
    words = teller.words
    return [
        (
            one.get("legal_name") or NONE,
            enterprise_number.dotted(one["legal_identifier"]),
            capital(words.term(one["status"])),
            words.term(one["legal_form"]) if one["legal_form"] else NONE,
            teller.seat(one["seat"]) if one["seat"] else NONE,
            words.day(one["created_on"]) if one["created_on"] else NONE,
        )
        for one in document["enterprises"]
    ]


def team(document: Document, teller: Teller, timeline: Sequence[Document] = ()) -> Rows:
    """Who supports the entrepreneur: organisation, role, first and last contact; the latest first.

    Of a contact no more is told than the `timeline` knows: the year, where the state can only give its first day.
    """
    return [
        (
            teller.agency(one["agency"]),
            _role(one, teller),
            *(_contact(one["agency"], one[which], timeline, teller) for which in ("first_contact", "last_contact")),
        )
        for one in reversed(document["team"])
    ]


def _contact(agency: str, day: str, timeline: Sequence[Document], teller: Teller) -> str:
    """The day of a contact, as exactly as any fact of the organisation on that day is known."""
    known = {
        fact["timeprecision"]
        for fact in timeline
        if fact["agency"] == agency and "retracted_by" not in fact and day_of(parse_instant(fact["time"])) == day
    }
    return teller.words.day(day, next((one for one in ("day", "month", "year") if one in known), "day"))


def aid(document: Document, teller: Teller) -> Rows:
    """EUR granted, paid and paid back, a row an instrument."""
    words, sums = teller.words, document["aid"]
    instruments = sorted({name for kind in ("granted", "paid", "repaid") for name in sums[kind]})
    return [
        (
            capital(words.term(name, "instrument")),
            *(words.money(sums[kind][name]) if name in sums[kind] else NONE for kind in ("granted", "paid", "repaid")),
        )
        for name in instruments
    ]


def applications(document: Document, teller: Teller) -> Rows:
    """Applications nobody has decided yet: scheme, organisation, day, amount asked."""
    words = teller.words
    return [
        (
            capital(words.term(one["scheme"] or one["instrument"] or "unknown", "scheme")),
            teller.agency(one["agency"]) if one["agency"] else NONE,
            words.day(one["applied_on"]) if one["applied_on"] else NONE,
            words.money(one["amount"], one["currency"]) if one["amount"] else NONE,
        )
        for one in document["open_applications"]
    ]


def premises(document: Document, teller: Teller) -> Rows:
    """Where the entrepreneur has moved in and not left: site, kind, since when."""
    words = teller.words
    return [
        (
            teller.value("site", one["site"]),
            capital(words.term(one["kind"])) if one["kind"] else NONE,
            words.day(one["since"]),
        )
        for one in document["premises"]
    ]


def _role(member: Document, teller: Teller) -> str:
    """As what an organisation follows the entrepreneur: its coach first, by name where that may be shown."""
    words = teller.words
    coach = words.term(member["role"]) if member["role"] else None
    if coach and member.get("coach"):
        coach = words("dossier.coach", role=coach, name=member["coach"])
    grounds = [words.term(ground, "follows") for ground in member["follows"] if ground != "coaching"]
    roles = [coach, *grounds] if coach else grounds
    return capital(words.listed(roles)) if roles else NONE
