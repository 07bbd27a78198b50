"""Shared objectives as a dossier shows them: who set each for whom, how far it has come, and what stands in the way."""

from __future__ import annotations

from typing import Any

from projections.history.reading import Reading


def objectives(reading: Reading) -> list[dict[str, Any]]:
    """Every objective of the dossier, by its id."""
    return [
        {
            "objective_id": one.objective_id,
            "kind": one.kind,
            "target": one.target,
            "due": one.due,
            "programme": one.programme,
            "agencies": one.agencies,
            "set_on": one.set_on,
            "set_by": one.set_by,
            "status": one.status,
            "progress": one.progress,
            "progressed_on": one.progressed_on,
            "progressed_by": one.progressed_by,
            "blockers": one.blockers,
        }
        for one in (reading.objectives[key] for key in sorted(reading.objectives))
    ]
