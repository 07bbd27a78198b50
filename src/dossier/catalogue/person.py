"""Facts about the entrepreneur as a person, and about who may know what."""

from typing import Literal

from dossier.catalogue.fact import Fact, fact
from dossier.catalogue.parts import Person
from dossier.values import AgencyId, Day, FreeText, Language, Term

Phase = Literal["pre-creation", "creation", "post-creation"]


@fact("dossier-opened", fr="Dossier ouvert", nl="Dossier geopend", en="Dossier opened")
class DossierOpened(Fact):
    person: Person | None = None
    channel: Term | None = None
    language: Language | None = None


@fact("profile-updated", fr="Profil mis à jour", nl="Profiel bijgewerkt", en="Profile updated")
class ProfileUpdated(Fact):
    person: Person


@fact("phase-declared", fr="Phase déclarée", nl="Fase aangegeven", en="Phase declared")
class PhaseDeclared(Fact):
    phase: Phase


@fact("mandate-declared", fr="Mandat déclaré", nl="Mandaat aangegeven", en="Mandate declared")
class MandateDeclared(Fact):
    agency: AgencyId
    purpose: Term
    legal_ground: Term
    until: Day | None = None


@fact("mandate-ended", fr="Mandat terminé", nl="Mandaat beëindigd", en="Mandate ended")
class MandateEnded(Fact):
    agency: AgencyId
    purpose: Term | None = None


@fact("consent-given", fr="Consentement donné", nl="Toestemming gegeven", en="Consent given")
class ConsentGiven(Fact):
    purpose: Term
    scope: Term | None = None


@fact("consent-withdrawn", fr="Consentement retiré", nl="Toestemming ingetrokken", en="Consent withdrawn")
class ConsentWithdrawn(Fact):
    purpose: Term
    scope: Term | None = None


@fact(
    "personal-data-erased",
    fr="Données personnelles effacées",
    nl="Persoonsgegevens gewist",
    en="Personal data erased",
)
class PersonalDataErased(Fact):
    scope: Literal["all"]
    ground: Term


@fact("contact-made", fr="Prise de contact", nl="Contact gelegd", en="Contact made")
class ContactMade(Fact):
    channel: Term
    topic: Term | None = None
    note: FreeText | None = None
