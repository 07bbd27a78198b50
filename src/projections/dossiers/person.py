"""The person of a dossier, from the personal fields the vault still holds. Kept nowhere: made when read, by right."""

from __future__ import annotations

from typing import Any

from dossier import catalogue as c
from projections.history.history import History


def person(history: History) -> dict[str, Any] | None:
    """What is known of the person, later facts over earlier ones; None when nothing is, or it was erased."""
    known: dict[str, Any] = {}
    for event in history.facts:
        if isinstance(event.data, c.DossierOpened | c.ProfileUpdated):
            known.update(getattr(event.data, "person", None) or {})  # once erased, the field is not there at all
    return known or None


def legal_names(history: History) -> dict[str, str]:
    """Enterprise number -> the name it was last given."""
    names: dict[str, str] = {}
    for event in history.facts:
        if isinstance(event.data, c.EnterpriseLinked | c.EnterpriseCreated) and event.data.legal_name:
            names[event.data.legal_identifier] = event.data.legal_name
    return names


def coaches(history: History) -> dict[str, str]:
    """Organisation -> the coach it named last."""
    names: dict[str, str] = {}
    for event in history.facts:
        if isinstance(event.data, c.CoachingSessionHeld) and event.data.coach:
            names[event.agency] = event.data.coach
    return names


def add_person(document: dict[str, Any], history: History) -> None:
    """Add to a state what its history still says of persons: the entrepreneur, names of enterprises, coaches."""
    document["person"] = person(history)
    names = legal_names(history)
    for enterprise in document["enterprises"]:
        enterprise["legal_name"] = names.get(enterprise["legal_identifier"])
    named = coaches(history)
    for member in document["team"]:
        member["coach"] = named.get(member["agency"])
