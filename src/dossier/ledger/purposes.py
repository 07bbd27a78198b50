"""Purposes: why a dossier is read, from a short controlled list, with what each is called, also to the entrepreneur."""

from __future__ import annotations

from typing import NamedTuple

from dossier.refusals import refused


class Purpose(NamedTuple):
    """One purpose: who may give it, and its name in three languages, as it ends `... was opened for: `.

    `to_you` is its name to the entrepreneur whose dossier it is, where that speaks of them.
    """

    roles: tuple[str, ...]
    label: dict[str, str]
    to_you: dict[str, str] = {}

    def told(self, lang: str, *, own: bool) -> str:
        """Its name to the entrepreneur whose `own` dossier it is, or to anybody else."""
        return (own and self.to_you.get(lang)) or self.label[lang]


STAFF = ("agency", "adviser")
PURPOSES: dict[str, Purpose] = {
    "guidance": Purpose(STAFF, {
        "fr": "accompagner l’entrepreneur dans son projet",
        "nl": "de ondernemer begeleiden bij zijn of haar project",
        "en": "guiding the entrepreneur with their project",
    }, {
        "fr": "vous accompagner dans votre projet",
        "nl": "u begeleiden bij uw project",
        "en": "guiding you with your project",
    }),
    "case-handling": Purpose(STAFF, {
        "fr": "traiter une demande ou un dossier en cours",
        "nl": "een aanvraag of lopend dossier behandelen",
        "en": "handling an application or a case",
    }),
    "referral": Purpose(STAFF, {
        "fr": "préparer ou suivre une orientation vers un autre service",
        "nl": "een doorverwijzing naar een andere dienst voorbereiden of opvolgen",
        "en": "preparing or following a referral to another service",
    }),
    "data-quality": Purpose(STAFF, {
        "fr": "vérifier ou corriger des données",
        "nl": "gegevens nakijken of verbeteren",
        "en": "checking or correcting data",
    }),
    "complaint": Purpose((*STAFF, "auditor"), {
        "fr": "répondre à une plainte ou à une question de l’entrepreneur",
        "nl": "een klacht of vraag van de ondernemer beantwoorden",
        "en": "answering a complaint or a question of the entrepreneur",
    }, {
        "fr": "répondre à une plainte ou à une question de votre part",
        "nl": "een klacht of vraag van u beantwoorden",
        "en": "answering a complaint or a question of yours",
    }),
    "legal-obligation": Purpose((*STAFF, "auditor"), {
        "fr": "respecter une obligation légale",
        "nl": "een wettelijke verplichting nakomen",
        "en": "meeting a legal obligation",
    }),
    "audit": Purpose(("auditor",), {
        "fr": "contrôler le travail des services publics",
        "nl": "het werk van de overheidsdiensten controleren",
        "en": "auditing the work of public services",
    }),
    "own-access": Purpose(("entrepreneur",), {
        "fr": "consulter son propre dossier",
        "nl": "het eigen dossier inkijken",
        "en": "looking at their own dossier",
    }, {
        "fr": "consulter votre propre dossier",
        "nl": "uw eigen dossier inkijken",
        "en": "looking at your own dossier",
    }),
}  # fmt: skip
DEFAULTS = {"agency": "case-handling", "adviser": "guidance", "auditor": "audit", "entrepreneur": "own-access"}
"""What is recorded when a reader does not say why."""


def purpose_of(role: str, given: str | None) -> str:
    """The purpose of a reading: the one given, else the default of the role. Raises Refused.

    Roles that never see a person (analysts, operators) may name none; theirs is never recorded.
    """
    if given is None:
        return DEFAULTS.get(role, "")
    if given not in PURPOSES or role not in PURPOSES[given].roles:
        open_to = [name for name, purpose in PURPOSES.items() if role in purpose.roles]
        known = f"one of {', '.join(open_to)}" if open_to else "none: your role sees no person"
        raise refused("invalid", f"A purpose your role may give: {known}.", ("/purpose", "not in the list"))
    return given
