"""Decisions: whether a dossier's state can take a fact. Pure: no clock, no ids, no reading or writing.

Each rule takes the state, the fact and the posting agency, and raises a named refusal or returns nothing. Facts that
arrive late or out of order are normal; a rule refuses only what contradicts the record whatever its order in time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dossier import catalogue as c
from dossier.catalogue import Fact
from dossier.refusals import Refused, refused
from dossier.state import HOLDER, Dossier, Referral

Rule = Callable[[Dossier, Any, str], None]


def decide(dossier: Dossier, fact: Fact, agency: str) -> None:
    """Raise `Refused` unless the dossier's state can take the fact from this agency."""
    rule = RULES.get(type(fact))
    if rule is not None:
        rule(dossier, fact, agency)


def _open(dossier: Dossier, fact: c.DossierOpened, agency: str) -> None:
    if dossier.opened:
        raise refused("dossier-already-open", "The dossier exists: send profile-updated to change what is known.")


def _apply(dossier: Dossier, fact: c.AidApplied, agency: str) -> None:
    if fact.application_id in dossier.applications:
        raise _at(
            "application_id", "application-exists", f"Application {fact.application_id} is known: use another id."
        )


def _decide_aid(dossier: Dossier, fact: c.AidDecided, agency: str) -> None:
    """Source: Reg. (EU) 2023/2831, art. 3(3): an aid is granted once, when the legal right is conferred."""
    outcome = _known_application(dossier, fact.application_id)
    if outcome is not None:
        raise _at(
            "application_id",
            "application-decided",
            f"Application {fact.application_id} was {outcome}: correct that decision with event-corrected.",
        )


def _pay(dossier: Dossier, fact: c.AidPaid | c.AidRepaid, agency: str) -> None:
    """A payment may be reported before its decision, never for an application refused or withdrawn."""
    outcome = _known_application(dossier, fact.application_id)
    if outcome in ("refused", "withdrawn"):
        raise _at("application_id", "application-not-granted", f"Application {fact.application_id} was {outcome}.")


def _known_application(dossier: Dossier, application_id: str) -> str | None:
    application = dossier.applications.get(application_id)
    if application is None:
        raise _at("application_id", "application-unknown", f"Send aid-applied for {application_id} first.")
    return application.outcome


def _refer(dossier: Dossier, fact: c.ReferralMade, agency: str) -> None:
    if fact.referral_id in dossier.referrals:
        raise _at("referral_id", "referral-exists", f"Referral {fact.referral_id} is known: use another id.")


def _answer(dossier: Dossier, fact: c.ReferralAccepted | c.ReferralDeclined, agency: str) -> None:
    referral = _addressed(dossier, fact.referral_id, agency)
    if referral.answer is not None:
        raise _at("referral_id", "referral-already-answered", f"It was {referral.answer}.")
    if referral.completed and isinstance(fact, c.ReferralDeclined):
        raise _at("referral_id", "referral-already-completed", "A completed referral cannot be declined.")


def _complete(dossier: Dossier, fact: c.ReferralCompleted, agency: str) -> None:
    referral = _addressed(dossier, fact.referral_id, agency)
    if referral.answer == "declined":
        raise _at("referral_id", "referral-already-answered", "A declined referral cannot be completed.")
    if referral.completed:
        raise _at("referral_id", "referral-already-completed", "It was completed before.")


def _addressed(dossier: Dossier, referral_id: str, agency: str) -> Referral:
    referral = dossier.referrals.get(referral_id)
    if referral is None:
        raise _at("referral_id", "referral-unknown", f"Send referral-made for {referral_id} first.")
    if referral.to_agency != agency:
        raise _at("referral_id", "referral-not-addressed-to-you", f"It is addressed to {referral.to_agency}.")
    return referral


def _set_objective(dossier: Dossier, fact: c.ObjectiveSet, agency: str) -> None:
    if fact.objective_id in dossier.objectives:
        raise _at("objective_id", "objective-exists", f"Objective {fact.objective_id} is set: report its progress.")


def _progress(dossier: Dossier, fact: c.ObjectiveProgressed, agency: str) -> None:
    if fact.objective_id not in dossier.objectives:
        raise _at("objective_id", "objective-unknown", f"Send objective-set for {fact.objective_id} first.")


def _leave(dossier: Dossier, fact: c.PremisesLeft, agency: str) -> None:
    if dossier.stays.get(fact.site, 0) < 1:
        raise _at("site", "premises-not-entered", f"Send premises-entered for {fact.site} first.")


def _unlink_enterprise(dossier: Dossier, fact: c.EnterpriseUnlinked, agency: str) -> None:
    roles = dossier.enterprises.get(fact.legal_identifier)
    if not roles or (fact.role is not None and roles.isdisjoint((fact.role, HOLDER))):
        raise _at("legal_identifier", "enterprise-not-linked", "Only a linked enterprise can be unlinked.")


def _end_mandate(dossier: Dossier, fact: c.MandateEnded, agency: str) -> None:
    if fact.agency not in dossier.mandates:
        raise _at("agency", "mandate-unknown", f"No mandate of {fact.agency} is in force.")


def _withdraw_consent(dossier: Dossier, fact: c.ConsentWithdrawn, agency: str) -> None:
    if fact.purpose not in dossier.consents:
        raise _at("purpose", "consent-unknown", "No consent for this purpose is in force.")


def _link(dossier: Dossier, fact: c.DossiersLinked, agency: str) -> None:
    if fact.by == "rule" and fact.other in dossier.distinct:
        raise _at("other", "dossiers-declared-distinct", "Only a human may link them now (`by`: `human`).")


def _unlink(dossier: Dossier, fact: c.DossiersUnlinked, agency: str) -> None:
    if fact.other not in dossier.linked:
        raise _at("other", "dossiers-not-linked", "Only linked dossiers can be unlinked.")


def _erase(dossier: Dossier, fact: c.PersonalDataErased, agency: str) -> None:
    """The operator erases by right; an agency needs a mandate on the dossier. Source: GDPR art. 17."""
    if agency != OPERATOR and agency not in dossier.mandates:
        raise refused("mandate-required", "Declare a mandate (mandate-declared) before erasing personal data.")


def _at(field: str, slug: str, detail: str) -> Refused:
    return refused(slug, detail, (f"/data/{field}", detail))


OPERATOR = "operator"
"""Who an event of the operator of the log is by; no agency can have this id."""

REGISTER = "kbo"
"""The enterprise register as an agency: the Crossroads Bank for Enterprises, whose extracts are brought in."""

BYSTANDERS = frozenset((OPERATOR, REGISTER))
"""Who accompanies no entrepreneur: who keeps the log, and who only tells what it has on file."""

RULES: dict[type[Fact], Rule] = {
    c.DossierOpened: _open,
    c.AidApplied: _apply,
    c.AidDecided: _decide_aid,
    c.AidPaid: _pay,
    c.AidRepaid: _pay,
    c.ReferralMade: _refer,
    c.ReferralAccepted: _answer,
    c.ReferralDeclined: _answer,
    c.ReferralCompleted: _complete,
    c.ObjectiveSet: _set_objective,
    c.ObjectiveProgressed: _progress,
    c.PremisesLeft: _leave,
    c.EnterpriseUnlinked: _unlink_enterprise,
    c.MandateEnded: _end_mandate,
    c.ConsentWithdrawn: _withdraw_consent,
    c.DossiersLinked: _link,
    c.DossiersUnlinked: _unlink,
    c.PersonalDataErased: _erase,
}
"""Which rule guards which type of fact. Other types are facts that any state can take."""
