"""The visitor of a page: the language, and for whom the cookie of a sign-in speaks. The API knows no cookie."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from api.identity.principal import Principal
from api.identity.rights import READERS, allow, may_read, sees_person_of
from api.pages.open_dossiers import is_open
from api.service import service
from api.words.languages import language_of
from api.words.words import Words, words
from dossier.refusals import Refused, refused
from projections.dossiers.dossiers import Dossiers

COOKIE = "dossier_sign_in"


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page, and in which language; `who` is None for somebody not signed in."""

    words: Words
    who: Principal | None
    demonstration: bool

    def reads(self, dossiers: Dossiers, dossier: UUID) -> bool:
        """Whether the person of a dossier is shown to this visitor. Raises Refused when the dossier itself is not.

        Invented dossiers of a demonstration are open to everyone.
        """
        if self.demonstration and is_open(dossier):
            return self.who is None or sees_person_of(self.who, dossiers.journal, dossier)
        if self.who is None:
            raise refused("unauthenticated", "Sign in with a token; `dossier token` prints one.")
        allow(self.who, *READERS)
        may_read(self.who, dossier)
        return sees_person_of(self.who, dossiers.journal, dossier)


def sees_readings(found: Visitor, dossier: UUID) -> bool:
    """Whether a visitor may see who looked at a dossier: auditors, its entrepreneur, anyone for an invented one."""
    if found.demonstration and is_open(dossier):
        return True
    who = found.who
    return who is not None and (who.role == "auditor" or (who.role == "entrepreneur" and who.dossier == dossier))


def visitor(request: Request) -> Visitor:
    """The visitor a request comes from; a cookie whose token is no longer valid says nothing."""
    return Visitor(words(language_of(request)), _signed_in(request), request.app.state.demonstration)


def _signed_in(request: Request) -> Principal | None:
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        return service(request).principal(f"Bearer {token}")
    except Refused:
        return None
