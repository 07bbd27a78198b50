"""The dossiers that anyone may read on a server started with `--demo`: those of the default invented population."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from api.demonstration.entrepreneur import dossier_id

DOSSIERS = 300
SEED = 2026


@lru_cache(maxsize=1)
def open_dossiers() -> frozenset[UUID]:
    """Their ids, which follow from the seed."""
    return frozenset(UUID(dossier_id(SEED, number)) for number in range(DOSSIERS))


def is_open(dossier: UUID) -> bool:
    """Whether a dossier belongs to the default invented population."""
    return dossier in open_dossiers()
