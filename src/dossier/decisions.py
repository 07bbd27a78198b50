"""Decisions: whether a dossier's state can take a fact. Pure: the clock is a parameter; no ids, no reading or writing.

Each rule takes the state, the fact and who posts it when, and raises a named refusal or returns nothing. Facts that
arrive late or out of order are normal; a rule refuses only what contradicts the record whatever its order in time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dossier import asked_since
from dossier import catalogue as c
from dossier.catalogue import Fact
from dossier.holding import HOLDER
from dossier.refusals import Refused, refused
from dossier.state import Dossier, Referral


class Posting(NamedTuple):
    """Who posts a fact, and on which day in Brussels (ISO text) the log takes it.

    An organisation speaks for itself, and for those that became part of it.
    """

    agency: str
    day: str
    speaks_for: frozenset[str] = frozenset()

    def as_one_of(self, agency: str) -> bool:
        """Whether what it posts is that organisation's word."""
        return agency == self.agency or agency in self.speaks_for


Rule = Callable[[Dossier, Any, Posting], None]


def decide(dossier: Dossier, fact: Fact, posting: Posting) -> None:
    """Raise `Refused` unless the dossier's state can take the fact so posted."""
    asked_since.check(fact, posting.day)
    rule = RULES.get(type(fact))
    if rule is not None:
        rule(dossier, fact, posting)


def decide_correction(dossier: Dossier, others: Dossier, before: Fact, after: Fact, posting: Posting) -> None:
    """Raise `Refused` where a correction makes a fact speak of another thing, and that thing cannot take it.

    `others` is the state without the corrected fact; `posting` is who posted that fact. A correction that goes on
    speaking of the same thing is taken whatever it says, if that is whole: what follows from it is shown, not refused.
    """
    try:
        if isinstance(before, c.ReferralMade) and isinstance(after, c.ReferralMade):
            _readdress(dossier, before, after)
        _check_percent(after)
        asked_since.check(after, posting.day)
        if any(getattr(before, name) != getattr(after, name) for name in ABOUT.get(type(after), ())):
            decide(others, after, posting)
    except Refused as error:
        refusal = error.refusal
        errors = [(f"/data{pointer}", detail) for pointer, detail in refusal.errors]
        raise refused(refusal.slug, refusal.detail, *errors, **refusal.more) from None


def _readdress(dossier: Dossier, before: c.ReferralMade, after: c.ReferralMade) -> None:
    """Who answered a referral was addressed by it: the address stands as long as the answer does."""
    referral = dossier.referrals.get(before.referral_id)
    if after.to_agency != before.to_agency and referral is not None and (referral.answer or referral.completed):
        raise _at("to_agency", "referral-already-answered", f"{before.to_agency} answered it: that is retracted first.")


def _open(dossier: Dossier, fact: c.DossierOpened, posting: Posting) -> None:
    if dossier.opened:
        raise refused("dossier-already-open", "The dossier exists: send profile-updated to change what is known.")


def _apply(dossier: Dossier, fact: c.AidApplied, posting: Posting) -> None:
    if fact.application_id in dossier.applications:
        raise _at("application_id", "application-exists", "This application is known: use another id.")


def _decide_aid(dossier: Dossier, fact: c.AidDecided, posting: Posting) -> None:
    """Source: Reg. (EU) 2023/2831, art. 3(3): an aid is granted once, when the legal right is conferred."""
    outcome = _known_application(dossier, fact.application_id)
    if outcome is not None:
        raise _at(
            "application_id",
            "application-decided",
            f"This application was {outcome}: correct that decision with event-corrected.",
        )


def _pay(dossier: Dossier, fact: c.AidPaid | c.AidRepaid, posting: Posting) -> None:
    """A payment may be reported before its decision, never for an application refused or withdrawn."""
    outcome = _known_application(dossier, fact.application_id)
    if outcome in ("refused", "withdrawn"):
        raise _at("application_id", "application-not-granted", f"This application was {outcome}.")


def _known_application(dossier: Dossier, application_id: str) -> str | None:
    application = dossier.applications.get(application_id)
    if application is None:
        raise _at("application_id", "application-unknown", "Send its aid-applied first.")
    return application.outcome


def _refer(dossier: Dossier, fact: c.ReferralMade, posting: Posting) -> None:
    if fact.referral_id in dossier.referrals:
        raise _at("referral_id", "referral-exists", "This referral is known: use another id.")


def _answer(dossier: Dossier, fact: c.ReferralAccepted | c.ReferralDeclined, posting: Posting) -> None:
    referral = _known_referral(dossier, fact.referral_id)
    if not (_is_unwanted(fact) and posting.as_one_of(referral.from_agency)):
        _check_addressee(referral, posting)
    if referral.answer is not None:
        raise _at("referral_id", "referral-already-answered", f"It was {referral.answer}.")
    if referral.completed and isinstance(fact, c.ReferralDeclined):
        raise _at("referral_id", "referral-already-completed", "A completed referral cannot be declined.")


def _complete(dossier: Dossier, fact: c.ReferralCompleted, posting: Posting) -> None:
    referral = _known_referral(dossier, fact.referral_id)
    _check_addressee(referral, posting)
    if referral.answer == "declined":
        raise _at("referral_id", "referral-already-answered", "A declined referral cannot be completed.")
    if referral.completed:
        raise _at("referral_id", "referral-already-completed", "It was completed before.")


def _known_referral(dossier: Dossier, referral_id: str) -> Referral:
    referral = dossier.referrals.get(referral_id)
    if referral is None:
        raise _at("referral_id", "referral-unknown", "Send its referral-made first.")
    return referral


def _is_unwanted(fact: c.ReferralAccepted | c.ReferralDeclined) -> bool:
    return isinstance(fact, c.ReferralDeclined) and fact.reason_code == UNWANTED


def _check_addressee(referral: Referral, posting: Posting) -> None:
    if not posting.as_one_of(referral.to_agency):
        raise _at("referral_id", "referral-not-addressed-to-you", f"It is addressed to {referral.to_agency}.")


def _set_objective(dossier: Dossier, fact: c.ObjectiveSet, posting: Posting) -> None:
    if fact.objective_id in dossier.objectives:
        raise _at("objective_id", "objective-exists", "This objective is set: report its progress.")


def _progress(dossier: Dossier, fact: c.ObjectiveProgressed, posting: Posting) -> None:
    if fact.objective_id not in dossier.objectives:
        raise _at("objective_id", "objective-unknown", "Send its objective-set first.")
    _check_percent(fact)


def _check_percent(fact: Fact) -> None:
    """Progress told as a percentage has one. Of what was recorded before this was asked, some has none."""
    if isinstance(fact, c.ObjectiveProgressed) and fact.progress == "percent" and fact.percent is None:
        raise _at("percent", "invalid", "This field is needed with `progress`: `percent`.")


def _leave(dossier: Dossier, fact: c.PremisesLeft, posting: Posting) -> None:
    if dossier.stays.get(fact.site, 0) < 1:
        raise _at("site", "premises-not-entered", "Send its premises-entered first.")


def _unlink_enterprise(dossier: Dossier, fact: c.EnterpriseUnlinked, posting: Posting) -> None:
    roles = dossier.enterprises.get(fact.legal_identifier)
    if not roles or (fact.role is not None and roles.isdisjoint((fact.role, HOLDER))):
        raise _at("legal_identifier", "enterprise-not-linked", "Only an enterprise of the dossier can be unlinked.")


def _end_mandate(dossier: Dossier, fact: c.MandateEnded, posting: Posting) -> None:
    """One that has run out may still be ended: the fact arrives late."""
    purposes = dossier.mandates.get(fact.agency, {})
    if not purposes or (fact.purpose is not None and fact.purpose not in purposes):
        raise _at("agency", "mandate-unknown", "No such mandate of this organisation was declared.")


def _withdraw_consent(dossier: Dossier, fact: c.ConsentWithdrawn, posting: Posting) -> None:
    if fact.purpose not in dossier.consents:
        raise _at("purpose", "consent-unknown", "No consent for this purpose is in force.")


def _link(dossier: Dossier, fact: c.DossiersLinked, posting: Posting) -> None:
    if fact.by == "rule" and fact.other in dossier.distinct:
        raise _at("other", "dossiers-declared-distinct", "Only a human may link them now (`by`: `human`).")


def _unlink(dossier: Dossier, fact: c.DossiersUnlinked, posting: Posting) -> None:
    if fact.other not in dossier.linked:
        raise _at("other", "dossiers-not-linked", "Only linked dossiers can be unlinked.")


def _erase(dossier: Dossier, fact: c.PersonalDataErased, posting: Posting) -> None:
    """The operator erases by right; an agency needs a mandate in force on the dossier. Source: GDPR art. 17."""
    mandated = any(dossier.has_mandate(one, posting.day) for one in (posting.agency, *posting.speaks_for))
    if posting.agency != OPERATOR and not mandated:
        raise refused("mandate-required", "Declare a mandate (mandate-declared) before erasing personal data.")


def _at(field: str, slug: str, detail: str) -> Refused:
    """A refusal of a field. It never repeats what was sent: an id can be made of a name, and refusals are kept."""
    return refused(slug, detail, (f"/data/{field}", detail))


OPERATOR = "operator"
"""Who an event of the operator of the log is by; no agency can have this id."""

REGISTER = "kbo"
"""The enterprise register as an agency: the Crossroads Bank for Enterprises, whose extracts are brought in."""

BYSTANDERS = frozenset((OPERATOR, REGISTER))
"""Who accompanies no entrepreneur: who keeps the log, and who only tells what it has on file."""
UNWANTED = "entrepreneur-declined"
"""The reason code of a referral the entrepreneur does not want: whoever is told, sender or receiver, declines it."""

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

ABOUT: dict[type[Fact], tuple[str, ...]] = {
    c.AidApplied: ("application_id",),
    c.AidDecided: ("application_id",),
    c.AidPaid: ("application_id",),
    c.AidRepaid: ("application_id",),
    c.ReferralMade: ("referral_id",),
    c.ReferralAccepted: ("referral_id",),
    c.ReferralDeclined: ("referral_id", "reason_code"),
    c.ReferralCompleted: ("referral_id",),
    c.ObjectiveSet: ("objective_id",),
    c.ObjectiveProgressed: ("objective_id",),
    c.PremisesLeft: ("site",),
    c.EnterpriseUnlinked: ("legal_identifier", "role"),
    c.MandateEnded: ("agency", "purpose"),
    c.ConsentWithdrawn: ("purpose",),
    c.DossiersLinked: ("other", "by"),
    c.DossiersUnlinked: ("other",),
}
"""By which fields a fact names what it is about: a correction that changes one must fit the state like a new fact."""
