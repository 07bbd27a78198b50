"""What one agency recorded itself: all its events with their personal fields, for it to take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from dossier.journal.entry import Entry
from dossier.journal.journal import Journal

FIRST = UUID(int=0)


class Own(NamedTuple):
    """An event of the agency; `personal` are the vault's bytes, None where there never were any or they are erased."""

    entry: Entry
    personal: bytes | None


def own_events(journal: Journal, agency: str, until: int, page: int = 500) -> Iterator[list[Own]]:
    """Everything an agency recorded up to a position, dossier by dossier, a page at a time."""
    dossier, version = FIRST, 0
    while True:
        params = {"agency": agency, "dossier": dossier, "version": version, "until": until, "limit": page}
        rows = journal.rows("of_agency", params)
        if rows:
            yield [Own(Entry(*row[:6]), row[6]) for row in rows]
            _, dossier, version = rows[-1][:3]
        if len(rows) < page:
            return


def last_own(journal: Journal, agency: str, dossiers: Iterable[UUID], until: int) -> dict[UUID, tuple[int, int]]:
    """(version, position) of the last event that an agency recorded on each of these dossiers."""
    params = {"agency": agency, "dossiers": list(dossiers), "until": until}
    return {dossier: (version, position) for dossier, version, position in journal.rows("last_of_agency", params)}
