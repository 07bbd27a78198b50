"""The worklist: referrals over all dossiers, as the organisations that sent or received them look for them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import psycopg

from dossier.database.queries import queries
from projections.disclosure.parameters import Parameters
from projections.dossiers.on_day import overdue

SQL = queries(files("projections.dossiers") / "worklist.sql")
STATUSES: dict[str, list[str]] = {
    "waiting": ["waiting"],
    "accepted": ["accepted"],
    "declined": ["declined"],
    "completed": ["completed"],
    "open": ["waiting", "accepted"],
    "overdue": ["waiting", "accepted"],
}
"""What may be asked for -> how far such referrals have come."""


class After(NamedTuple):
    """The last referral of the page before."""

    made_on: str
    dossier: str
    number: int


class Wanted(NamedTuple):
    """Which referrals are asked for; `own` bounds them to those from or to any of these organisations."""

    own: list[str] | None = None
    sender: str | None = None
    receiver: str | None = None
    status: str | None = None
    after: After | None = None


class AnswerTime(NamedTuple):
    """How long a service takes to answer: the median in days, over so many answers."""

    median_days: float
    answers: int


def referrals(
    connection: psycopg.Connection[Any], wanted: Wanted, day: str, limit: int
) -> list[tuple[After, dict[str, Any]]]:
    """Referrals of the served generation, oldest first, each with its place and with what is overdue on a day."""
    after = wanted.after or After("", "", 0)
    values = {
        "own": wanted.own,
        "sender": wanted.sender,
        "receiver": wanted.receiver,
        "statuses": STATUSES[wanted.status] if wanted.status else None,
        "late_on": day if wanted.status == "overdue" else None,
        "after_day": after.made_on or None,
        "after_dossier": after.dossier or None,
        "after_number": after.number,
        "limit": limit,
    }
    return [_listed(row, day) for row in connection.execute(SQL["referrals"], values)]


def answer_times(
    connection: psycopg.Connection[Any], service: str | None, since: str
) -> dict[tuple[str, str], AnswerTime]:
    """(organisation, service) -> how long it took to answer since a day, where three dossiers or more tell."""
    rows = connection.execute(SQL["answer_times"], {"service": service, "since": since})
    return {
        (agency, name): AnswerTime(median, answers)
        for agency, name, median, answers, dossiers in rows
        if dossiers >= Parameters().threshold
    }


def _listed(row: tuple[Any, ...], day: str) -> tuple[After, dict[str, Any]]:
    (dossier, number, referral_id, sender, receiver, service, reason_code, agreed, made_on, status, answered_on,
     completed_on, outcome, answer_due, completion_due, second_agency, second_service) = row  # fmt: skip
    second = {"agency": second_agency, "service": second_service}
    shown = {
        "dossier": dossier,
        "referral_id": referral_id,
        "from_agency": sender,
        "to_agency": receiver,
        "service": service,
        "reason_code": reason_code,
        "agreed": agreed,
        "status": status,
        "made_on": made_on,
        "answer_due": answer_due,
        "answered_on": answered_on,
        "completion_due": completion_due,
        "completed_on": completed_on,
        "outcome": outcome,
        "second_choice": second if second_agency else None,
    }
    return After(made_on, dossier, number), {**shown, "overdue": overdue(shown, day)}
