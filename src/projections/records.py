"""What a reading keeps of one thing that several facts speak of: a stay, an aid, a referral, an enterprise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dossier.catalogue import AidDecided


class Stay:
    """One stay in premises; `left` is None while it lasts."""

    __slots__ = ("entered", "kind", "left", "position", "site")

    def __init__(self, site: str, kind: str | None, entered: str, position: int) -> None:
        self.site, self.kind, self.entered, self.position = site, kind, entered, position
        self.left: str | None = None


class Aid:
    """One application for aid and all that came of it. Amounts as exact numbers, in `currency`."""

    __slots__ = (
        "agency", "amount", "application_id", "applied_on", "asked", "conferred_on", "currency", "decided_on",
        "decision", "enterprise", "instrument", "legal_basis", "outcome", "paid", "position", "repaid", "repayments",
        "scheme",
    )  # fmt: skip

    def __init__(self, application_id: str) -> None:
        self.application_id = application_id
        self.agency = self.instrument = self.scheme = self.legal_basis = self.enterprise = None
        self.applied_on = self.decided_on = self.conferred_on = self.outcome = None
        self.asked = self.amount = None
        self.currency = "EUR"
        self.paid = self.repaid = Decimal(0)
        self.decision: AidDecided | None = None
        self.repayments: list[tuple[str, str]] = []
        self.position = 0

    agency: str | None
    instrument: str | None
    scheme: str | None
    legal_basis: str | None
    enterprise: str | None
    applied_on: str | None
    decided_on: str | None
    conferred_on: str | None
    outcome: str | None
    asked: str | None
    amount: str | None


class Referral:
    """One referral; days are None where it has not come that far."""

    __slots__ = (
        "answer", "answered_on", "completed_on", "due", "from_agency", "made_on", "outcome", "position", "reason_code",
        "referral_id", "service", "to_agency",
    )  # fmt: skip

    def __init__(self, referral_id: str) -> None:
        self.referral_id = referral_id
        self.from_agency = self.to_agency = self.service = self.reason_code = self.answer = None
        self.made_on = self.answered_on = self.completed_on = self.due = self.outcome = None
        self.position = 0

    from_agency: str | None
    to_agency: str | None
    service: str | None
    reason_code: str | None
    answer: str | None
    made_on: str | None
    answered_on: str | None
    completed_on: str | None
    due: str | None
    outcome: str | None


class Enterprise:
    """One enterprise of the dossier, from every fact that names it."""

    __slots__ = (
        "ceased_on",
        "created_on",
        "legal_form",
        "linked_on",
        "nace",
        "number",
        "positions",
        "roles",
        "seat",
        "unlinked",
    )

    def __init__(self, number: str) -> None:
        self.number = number
        self.roles: dict[str, str | None] = {}
        self.positions: list[int] = []
        self.unlinked = False
        self.linked_on = self.created_on = self.ceased_on = self.legal_form = self.nace = self.seat = None

    linked_on: str | None
    created_on: str | None
    ceased_on: str | None
    legal_form: str | None
    nace: Any
    seat: Any
