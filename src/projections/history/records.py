"""What a reading keeps of one thing that several facts speak of: a stay, an aid, a referral, an objective, ..."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dossier.catalogue import AidDecided
from dossier.catalogue.parts import SecondChoice
from dossier.values import quantity
from projections.undertaking.statement import Restructuring

NOTHING = Decimal(0)
BEYOND = Decimal(10) ** 15
"""Of one currency: more digits than an amount may have."""


class Stay:
    """One stay in premises; `left` is None while it lasts."""

    __slots__ = ("entered", "kind", "left", "position", "site")

    def __init__(self, site: str, kind: str | None, entered: str, position: int) -> None:
        self.site, self.kind, self.entered, self.position = site, kind, entered, position
        self.left: str | None = None


class Payments:
    """What was paid, or repaid: amounts with their days, and exact sums, by the currency they were told in."""

    __slots__ = ("sums", "told")

    def __init__(self) -> None:
        self.told: dict[str, list[tuple[str, str]]] = {}
        self.sums: dict[str, Decimal] = {}

    def add(self, on: str, amount: str, currency: str) -> None:
        """One payment more. Raises OverflowError beyond what tables of money hold: that fact is set aside."""
        total = self.of(currency) + quantity(amount)
        if total >= BEYOND:
            raise OverflowError
        self.sums[currency] = total
        self.told.setdefault(currency, []).append((on, amount))

    def of(self, currency: str) -> Decimal:
        """The sum told in one currency."""
        return self.sums.get(currency, NOTHING)


class Aid:
    """One application for aid and all that came of it. Amounts as exact numbers, in `currency`.

    `paid` and `repaid` too: what was told in another currency is in `payments` and `repayments`, and cannot be added.
    """

    __slots__ = (
        "agency", "amount", "application_id", "applied_on", "asked", "conferred_on", "currency", "decided_on",
        "decision", "enterprise", "instrument", "legal_basis", "outcome", "payments", "position", "recorded_on",
        "repayments", "scheme",
    )  # fmt: skip

    def __init__(self, application_id: str) -> None:
        self.application_id = application_id
        self.agency = self.instrument = self.scheme = self.legal_basis = self.enterprise = None
        self.applied_on = self.decided_on = self.conferred_on = self.recorded_on = self.outcome = None
        self.asked = self.amount = None
        self.currency = "EUR"
        self.decision: AidDecided | None = None
        self.payments, self.repayments = Payments(), Payments()
        self.position = 0

    @property
    def granted(self) -> Decimal:
        """What was granted, in its own currency; nothing where that was not told."""
        return quantity(self.amount) if self.amount else NOTHING

    @property
    def paid(self) -> Decimal:
        """The sum of its payments in its own currency."""
        return self.payments.of(self.currency)

    @property
    def repaid(self) -> Decimal:
        """The sum of its repayments, likewise."""
        return self.repayments.of(self.currency)

    @property
    def currencies(self) -> set[str]:
        """Its own currency, and those it was paid or repaid in."""
        return {self.currency, *self.payments.sums, *self.repayments.sums}

    agency: str | None
    instrument: str | None
    scheme: str | None
    legal_basis: str | None
    enterprise: str | None
    applied_on: str | None
    decided_on: str | None
    conferred_on: str | None
    recorded_on: str | None
    outcome: str | None
    asked: str | None
    amount: str | None


class Referral:
    """One referral; days are None where it has not come that far."""

    __slots__ = (
        "agreed", "answer", "answer_position", "answered_by", "answered_on", "completed_on", "due", "from_agency",
        "made_on", "outcome", "position", "reason_code", "referral_id", "second_choice", "service", "to_agency",
    )  # fmt: skip

    def __init__(self, referral_id: str) -> None:
        self.referral_id = referral_id
        self.from_agency = self.to_agency = self.service = self.reason_code = self.answer = None
        self.made_on = self.answered_on = self.answered_by = self.completed_on = self.due = self.outcome = None
        self.second_choice = self.agreed = None
        self.position = self.answer_position = 0

    @property
    def status(self) -> str:
        """How far it has come: waiting, accepted, declined or completed."""
        return "completed" if self.completed_on else self.answer or "waiting"

    from_agency: str | None
    to_agency: str | None
    service: str | None
    reason_code: str | None
    answer: str | None
    made_on: str | None
    answered_on: str | None
    answered_by: str | None
    second_choice: SecondChoice | None
    agreed: bool | None
    completed_on: str | None
    due: str | None
    outcome: str | None


class Objective:
    """One objective and how far it has come; `progress` is a percentage, `reached` or `dropped`.

    `percent` is the last percentage told, whatever was told after it.
    """

    __slots__ = (
        "agencies", "blockers", "due", "kind", "objective_id", "percent", "programme", "progress",
        "progressed_by", "progressed_on", "set_by", "set_on", "target",
    )  # fmt: skip

    def __init__(self, objective_id: str) -> None:
        self.objective_id = objective_id
        self.kind = self.target = self.due = self.programme = self.agencies = self.set_on = self.set_by = None
        self.progress = self.percent = self.progressed_on = self.progressed_by = None
        self.blockers: list[str] = []

    kind: str | None
    target: Any
    due: str | None
    programme: str | None
    agencies: list[str] | None
    set_on: str | None
    set_by: str | None
    progress: int | str | None
    percent: int | None
    progressed_on: str | None
    progressed_by: str | None

    @property
    def status(self) -> str:
        """Open until its last progress says that it was reached or dropped."""
        return str(self.progress) if self.progress in ("reached", "dropped") else "open"


class Enterprise:
    """One enterprise of the dossier, from every fact that names it."""

    __slots__ = (
        "ceased_on",
        "created_on",
        "legal_form",
        "linked_on",
        "merger",
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
        self.unlinked: tuple[str, int] | None = None  # the day and the position
        self.merger: Restructuring | None = None
        self.linked_on = self.created_on = self.ceased_on = self.legal_form = self.nace = self.seat = None

    @property
    def ended_on(self) -> str | None:
        """The day it ceased, as it was told or by a merger into another; None while it is active."""
        ends = [day for day in (self.ceased_on, self.merger.on if self.merger else None) if day]
        return min(ends, default=None)

    @property
    def because(self) -> list[int]:
        """The positions of what was told of it."""
        return [*self.positions, *([self.merger.position] if self.merger else [])]

    linked_on: str | None
    created_on: str | None
    ceased_on: str | None
    legal_form: str | None
    nace: Any
    seat: Any
