"""A log with one of everything that an export has to tell, once for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from tests.posting import FINANCE, HUB, INNOVIRIS, PERSON, accepted, cloud_event, post

from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

NUMBER, OTHER = "0403019261", "0202239951"
NOTE = "Xylomarqueur"


class Told(NamedTuple):
    """The database, two dossiers in it, and how many events there are."""

    database: Database
    dossier: UUID
    second: UUID
    events: int


@pytest.fixture(scope="module")
def told(shared_database: Database) -> Iterator[Told]:
    """A log of two dossiers; both name an application `A/1`."""
    with running_log(shared_database) as log:
        log.register(HUB, INNOVIRIS, FINANCE)
        first, second = new_dossier_id(), new_dossier_id()
        fill(log, first, second)
        yield Told(shared_database, first, second, log.journal.head().position)


def fill(log: Log, first: UUID, second: UUID) -> None:
    """Post what the tests look for."""

    def say(name: str, data: dict[str, Any], about: UUID = first, **changed: Any) -> int:
        [outcome] = post(log, cloud_event(name, data, about, **changed))
        return accepted(outcome).position

    for dossier in (first, second):
        say("dossier-opened", {"person": PERSON | {"family_name": NOTE}, "language": "fr"}, dossier)
        applied = {"application_id": "A/1", "instrument": "grant", "amount": "100000"}
        say("aid-applied", applied, dossier, time="2026-02-01T09:00:00+01:00")
    say("enterprise-created", {"legal_identifier": "0403.019.261", "nace": {"version": "2025", "code": "62.10"},
                               "seat": {"postcode": "1000", "nis": "21004"}, "legal_name": NOTE})  # fmt: skip
    decided = {"application_id": "A/1", "outcome": "granted", "amount": "98765432109876.5",
               "legal_right_conferred_on": "2026-02-27", "legal_identifier": NUMBER}  # fmt: skip
    position = say("aid-decided", decided, time="2026-03-01T23:30:00-02:00")
    say("event-corrected", {"corrects": str(position), "data": decided | {"amount": "12.34"}, "reason": NOTE})
    say("event-retracted", {"corrects": str(position + 1), "reason": NOTE})
    say("referral-made", {"referral_id": "R1", "to_agency": INNOVIRIS.id, "note": NOTE,
                          "second_choice": {"agency": FINANCE.id}})  # fmt: skip
    say("enterprise-controlled", {"controller": OTHER, "controlled": NUMBER, "ground": "votes", "from": "2024-01-01"})
    say("enterprise-restructured", {"kind": "takeover", "from": [OTHER], "into": [NUMBER]})
    say("figures-reported", {"legal_identifier": NUMBER, "period": "2024", "headcount_fte": 3.25, "turnover": "7"})
    say("premises-entered", {"site": "greenbizz", "area_m2": "40.5", "rent": "812.5"}, timeprecision="month")
    say("coaching-session-held", {"minutes": 60, "coach": NOTE}, correlationid="c-1")
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, second, source="urn:operator")
    [outcome] = post(log, erasure, agency=HUB._replace(id=OPERATOR, source_prefix="urn:operator"))
    accepted(outcome)
