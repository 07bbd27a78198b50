"""What is under way, in plain words: open referrals with their clocks, objectives and how far they have come."""

from __future__ import annotations

from typing import Any

from api.pages.contexts import Step
from api.words.telling import Teller
from api.words.words import capital

Document = dict[str, Any]
AGREED = {True: "dossier.agreed", False: "dossier.not_agreed"}


def referrals(document: Document, teller: Teller) -> list[Step]:
    """Open referrals: for what, from whom to whom, what is waited for until when, whom to ask."""
    words = teller.words
    return [
        Step(
            name=capital(words.term(one["service"] or "unknown", "service")),
            whose=words(
                "dossier.from_to",
                sender=_agency(one["from_agency"], teller),
                receiver=_agency(one["to_agency"], teller),
            ),
            status=capital(words.term("overdue" if one["overdue"] else one["status"])),
            told=_awaited(one, teller),
            notes=_about(one, teller),
            late=one["overdue"] is not None,
        )
        for one in document["open_referrals"]
    ]


def objectives(document: Document, teller: Teller) -> list[Step]:
    """Objectives, those still open first: what is aimed at, by whom, how far, until when, what stands in the way."""
    found = sorted(
        document["objectives"], key=lambda one: (one["status"] not in ("open", "overdue"), one["due"] or "~")
    )
    return [
        Step(
            name=_aim(one, teller),
            whose=teller.words.listed([teller.agency(agency) for agency in one["agencies"] or ()]),
            status=capital(teller.words.term(one["status"])),
            told=_progress(one, teller),
            notes=_circumstances(one, teller),
            late=one["status"] == "overdue",
            percent=one["progress"] if isinstance(one["progress"], int) else None,
        )
        for one in found
    ]


def _awaited(one: Document, teller: Teller) -> str:
    """What is waited for, and by when."""
    words, status = teller.words, one["status"]
    if status == "waiting" and one["answer_due"]:
        return words("dossier.answer_by", day=words.day(one["answer_due"]))
    if status == "accepted" and one["completion_due"]:
        return words("dossier.completion_by", day=words.day(one["completion_due"]))
    if status == "declined" and one["reason_code"]:
        return words.term(one["reason_code"])
    return ""


def _about(one: Document, teller: Teller) -> list[str]:
    words, second = teller.words, one["second_choice"]
    notes = [words("dossier.made_on", day=words.day(one["made_on"]))] if one["made_on"] else []
    if one["agreed"] is not None:
        notes.append(words(AGREED[one["agreed"]]))
    if second:
        service = words.term(second.get("service") or one["service"] or "unknown", "service")
        notes.append(words("dossier.second_choice", agency=teller.agency(second["agency"]), service=service))
    if one["contact"]:
        notes.append(words("dossier.ask", agency=teller.agency(one["contact"])))
    return notes


def _aim(one: Document, teller: Teller) -> str:
    kind = capital(teller.words.term(one["kind"])) if one["kind"] else teller.words("dossier.objective")
    if one["target"] is None:
        return kind
    return teller.words("dossier.aim", kind=kind, target=teller.value("target", one["target"]))


def _progress(one: Document, teller: Teller) -> str:
    words = teller.words
    told = [words.percent(one["progress"] / 100)] if isinstance(one["progress"], int) else []
    if one["due"] and one["status"] in ("open", "overdue"):
        told.append(words("dossier.due_by", day=words.day(one["due"])))
    return ", ".join(told)


def _circumstances(one: Document, teller: Teller) -> list[str]:
    words = teller.words
    notes = []
    if one["blockers"] and one["status"] in ("open", "overdue"):
        notes.append(words("dossier.blockers", list=words.listed([words.term(term) for term in one["blockers"]])))
    if one["set_on"] and one["set_by"]:
        notes.append(words("dossier.set_by", agency=teller.agency(one["set_by"]), day=words.day(one["set_on"])))
    if one["progressed_on"] and one["progressed_by"]:
        who = teller.agency(one["progressed_by"])
        notes.append(words("dossier.progressed_by", agency=who, day=words.day(one["progressed_on"])))
    if one["programme"]:
        notes.append(words("dossier.programme", programme=words.term(one["programme"])))
    return notes


def _agency(agency: str | None, teller: Teller) -> str:
    return teller.agency(agency) if agency else "–"
