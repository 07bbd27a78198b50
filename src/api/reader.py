"""The reader of a request: who asks, and why; each reading of personal data is recorded before it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request

from api.identity.principal import Principal
from api.service import Who, service
from dossier.ledger import Entry, Ledger, ReaderKey, Seen
from dossier.ledger.purposes import PURPOSES, purpose_of

VISIT = timedelta(minutes=30)
NAMES = ", ".join(f"`{name}`" for name in PURPOSES)
ABOUT = f"Why personal data is read: {NAMES} (GET /v1/purposes). Each role has a default."


class Reader:
    """Who reads, for which purpose, and the ledger that keeps it."""

    def __init__(self, who: Principal, purpose: str, ledger: Ledger, key: ReaderKey) -> None:
        self.who = who
        self.purpose = purpose
        self._ledger = ledger
        self._key = key

    def records(self, kind: str, *seen: Seen) -> None:
        """Record that dossiers are about to be shown. Raises Refused, and then they must not be."""
        self._ledger.record(*(self.entry(kind, one) for one in seen))

    def last_reading(self, dossier: UUID) -> Entry | None:
        """The reader's own latest reading of a dossier; of the same role of the same agency, without a subject."""
        found = self._ledger.own(self.entry("", Seen(dossier, 0, 0)))
        return found[0] if found else None

    def last_visit(self, dossier: UUID) -> Entry | None:
        """The last reading of the visit before this one; readings less than half an hour apart are one visit."""
        at = self._ledger.clock()
        for entry in self._ledger.own(self.entry("", Seen(dossier, 0, 0)), limit=200):
            assert entry.at is not None
            if at - entry.at >= VISIT:
                return entry
            at = entry.at
        return None

    def entry(self, kind: str, seen: Seen) -> Entry:
        """The entry that a reading makes."""
        subject = self._key.pseudonym(self.who.agency, self.who.subject) if self.who.subject else None
        return Entry(seen, self.who.role, self.purpose, kind, self.who.agency, subject)


def reader_for(request: Request, who: Principal, given: str | None = None) -> Reader:
    """The reader of a request that is known to come from a principal. Raises Refused for a purpose not in the list."""
    srv = service(request)
    return Reader(who, purpose_of(who.role, given), srv.log.ledger, srv.readers)


async def reader(
    request: Request,
    who: Who,
    purpose: Annotated[str | None, Query(max_length=64, description=ABOUT)] = None,
    dossier_purpose: Annotated[str | None, Header(max_length=64, description=ABOUT)] = None,
) -> Reader:
    """The reader of a request, with the purpose of the query or else of the header `Dossier-Purpose`.

    Not in a thread: it waits for nothing.
    """
    return reader_for(request, who, purpose or dossier_purpose or None)


Reads = Annotated[Reader, Depends(reader)]
