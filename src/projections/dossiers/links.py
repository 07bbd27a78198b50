"""Links: which dossiers are of one person with another, whichever of the two it was told on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from dossier.event import Event
from dossier.journal import Journal
from projections.history.history import AsOf, as_known, as_true, place
from projections.history.pair import Comparison, Pair
from projections.project import gather, unsealed


class Links:
    """Reads what dossiers say of each other from the log itself: such facts are few, and never projected together."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def naming(self, dossier: UUID) -> list[UUID]:
        """The dossiers that ever said of one whether both are of one person."""
        return [row[0] for row in self._journal.rows("comparing", {"dossier": dossier})]

    def seen(self, dossier: UUID, own: list[str], as_of: AsOf, naming: Iterable[UUID]) -> list[str]:
        """The dossiers linked to one, as of two clocks; `own` are those that its own facts link.

        Of what both sides say, those `naming` the other and itself, what happened last counts.
        """
        naming = set(naming) - {dossier}
        if not naming:
            return own
        pairs: dict[str, Pair] = {}
        for event in sorted(self._facts([dossier, *naming], as_of), key=place):
            if isinstance(event.data, Comparison) and str(dossier) in (str(event.dossier), event.data.other):
                other = event.data.other if event.dossier == dossier else str(event.dossier)
                pairs[other] = pairs.get(other, Pair()).after(event.data)
        return sorted(other for other, pair in pairs.items() if pair.linked)

    def _facts(self, dossiers: list[UUID], as_of: AsOf) -> Iterator[Event]:
        rows = self._journal.rows("select_many", (dossiers,))
        for dossier, own in groupby(rows, key=lambda row: row[0]):
            events, unreadable = unsealed(dossier, [row[1:] for row in own])
            history, _ = gather(dossier, as_known(events, as_of.known, as_of.position), unreadable)
            yield from as_true(history, as_of.effective).facts
