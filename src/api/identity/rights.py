"""Rights: what each role may ask for, and whose personal fields it sees."""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from api.identity.principal import Principal, Role
from dossier.journal import Journal
from dossier.refusals import refused
from projections.dossiers.relation import related

READERS: tuple[Role, ...] = ("agency", "adviser", "auditor", "analyst", "entrepreneur", "operator")
"""Who reads dossiers: their own, or any."""


def allow(who: Principal, *roles: Role) -> None:
    """Refuse with 403 unless the principal has one of the roles."""
    if who.role not in roles:
        raise refused("forbidden", f"The role `{who.role}` may not do this; it takes {' or '.join(roles)}.")


def may_read(who: Principal, dossier: UUID) -> None:
    """Refuse an entrepreneur any dossier but their own."""
    if who.role == "entrepreneur" and who.dossier != dossier:
        raise refused("forbidden", "An entrepreneur's token opens their own dossier alone.")


def sees_person(who: Principal, related: Set[str]) -> bool:
    """Whether a principal sees personal fields of a dossier that these organisations are related to.

    An agency's program needs a relation with the dossier; analysts and operators never need the person.
    """
    if who.role == "agency":
        return who.agency in related
    return who.role in ("adviser", "auditor", "entrepreneur")


def sees_person_of(who: Principal, journal: Journal, dossier: UUID) -> bool:
    """The same for a dossier of the log; its relations are looked up only for whom they count."""
    return sees_person(who, related(journal, [dossier])[dossier] if who.role == "agency" else frozenset())


def inside(who: Principal | None) -> bool:
    """Whether somebody's figures are counted as the log stands; what all others get is published thereby."""
    return who is not None and who.role in ("analyst", "auditor")
