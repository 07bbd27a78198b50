"""Keeping: how far a run has come, so that the next one goes on there; alike for server and command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from api.imports.report import Quarantined, Report


@dataclass
class Stand:
    """Where a run stood after its last whole chunk; `position` is where the log stood then."""

    rows: int = 0
    accepted: int = 0
    duplicate: int = 0
    opened: int = 0
    registered: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    position: int = 0
    resumed: bool = False


class Keeping(Protocol):
    """Whoever keeps the stand of a run."""

    @property
    def stand(self) -> Stand:
        """Where to go on."""

    def keep(self, report: Report, position: int) -> None:
        """A chunk is done and durable. May take the quarantined rows out of the report, or raise to end the run."""

    def look(self) -> None:
        """A row was empty, as a million may be before a chunk is full. May raise to end the run."""
