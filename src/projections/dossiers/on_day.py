"""A dossier on a day: what the calendar alone makes of its state. The rows say by when; this says what is late."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def on_day(document: Document, day: str) -> Document:
    """A dossier's state (from `current`) as it is on a day (ISO text).

    A referral whose clock has run out is `overdue`, for its `answer` or its `completion`; an open objective past its
    day is `overdue`; a mandate past its last day is gone; each member of the team says why it `follows`.
    """
    referrals = [{**one, "overdue": overdue(one, day)} for one in document["open_referrals"]]
    objectives = [{**one, "status": _objective_status(one, day)} for one in document["objectives"]]
    mandates = [one for one in document["mandates"] if one["until"] is None or day <= one["until"]]
    said = {**document, "open_referrals": referrals, "objectives": objectives, "mandates": mandates}
    return {**said, "team": [{**member, "follows": _follows(member, said)} for member in document["team"]]}


def overdue(referral: Document, day: str) -> str | None:
    """Which clock of a referral has run out: that of its `answer`, that of its `completion`, or none."""
    if referral["status"] == "waiting" and _is_past(referral["answer_due"], day):
        return "answer"
    if referral["status"] == "accepted" and _is_past(referral["completion_due"], day):
        return "completion"
    return None


def _objective_status(objective: Document, day: str) -> str:
    late = objective["status"] == "open" and _is_past(objective["due"], day)
    return "overdue" if late else str(objective["status"])


def _is_past(due: str | None, day: str) -> bool:
    return due is not None and due < day


def _follows(member: Document, document: Document) -> list[str]:
    """On what ground an organisation follows the entrepreneur now; none where it only recorded something once."""
    agency = member["agency"]
    grounds = {
        "mandate": any(one["agency"] == agency for one in document["mandates"]),
        "referral": any(
            one["to_agency"] == agency and one["status"] == "accepted" for one in document["open_referrals"]
        ),
        "objective": any(
            agency in (one["agencies"] or ()) and one["status"] in ("open", "overdue") for one in document["objectives"]
        ),
        "coaching": member["role"] is not None,
    }
    return [ground for ground, holds in grounds.items() if holds]
