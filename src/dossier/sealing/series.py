"""Series: what is sealed, each under its own tree: events of the log, readings of the ledger, deeds of the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dossier.sealing.keys import Signer


class Series(NamedTuple):
    """An append-only series, numbered without gaps from 1.

    `name` stands in the database and in the names of its queries, `suffix` behind the log's name in its origin; its
    entries are in `table`;
    `signed` is the file of its last checkpoint, `lock` lets in one sealer at a time, `channel` tells of news (else it
    is asked for every `poll` seconds); `place` and `entries` are its words in refusals.
    """

    name: str
    table: str
    suffix: str
    signed: str
    lock: int
    channel: str | None
    poll: float
    place: str
    entries: str

    def signers(self, keys: Sequence[Signer]) -> list[Signer]:
        """The log's keys under the name of this series: they are kept, rotated and retired together."""
        return [key._replace(name=key.name + self.suffix) for key in keys]


EVENTS = Series("events", "journal.event", "", "log.signed", 7021955, "journal", 1.0, "position", "events")
READINGS = Series(
    "readings", "ledger.reading", "/readings", "readings.signed", 7021958, None, 0.4, "number", "readings"
)
DEEDS = Series("deeds", "registry.deed", "/deeds", "deeds.signed", 7021959, "deeds", 1.0, "number", "deeds")
SERIES = (EVENTS, READINGS, DEEDS)


def series_of(origin: str) -> Series:
    """The series whose checkpoints have this origin."""
    return next((of for of in (READINGS, DEEDS) if origin.endswith(of.suffix)), EVENTS)
