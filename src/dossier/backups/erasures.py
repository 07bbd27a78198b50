"""Erasures that a backup does not know: whoever was erased after it must be erased again after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from dossier.agencies import Agency
from dossier.backups.manifest import BackupRefused
from dossier.catalogue import PersonalDataErased
from dossier.catalogue.fact import PREFIX
from dossier.decisions import OPERATOR
from dossier.journal.draft import idempotency_key
from dossier.log import Log
from dossier.refusals import Refusal

ERASURES = "erasures.ndjson"
KIND = f"{PREFIX}{PersonalDataErased.NAME}."
POSTER = Agency(OPERATOR, "Opérateur", "Operator", "Operator", "")


class Replayed(NamedTuple):
    """How many erasures of a list were recorded again, and how many were on record."""

    again: int
    known: int


def replay(log: Log, path: Path) -> Replayed:
    """Record the erasures of a list that this log does not have, under their source and id, by the operator.

    An erasure of a dossier that this log does not know has nothing to erase. Raises BackupRefused.
    """
    listed = list(read(path))
    keys = {idempotency_key(event["source"], event["id"]): event for event in listed}
    known = log.journal.recorded(keys)
    dossiers = log.journal.versions({UUID(event["dossier"]) for event in listed})
    missing = [e for key, e in keys.items() if key not in known and UUID(e["dossier"]) in dossiers]
    for event in missing:
        [outcome] = log.post([_cloud_event(event)], POSTER).result()
        if isinstance(outcome, Refusal):
            raise BackupRefused(f"the erasure at position {event['position']} of {path} is refused: {outcome.detail}")
    return Replayed(len(missing), len(known))


def check(path: Path) -> None:
    """That a list of erasures can be read to its end. Raises BackupRefused."""
    for _ in read(path):
        pass


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The erasures of a list: the lines of that type of an exported log, or of a backup's own list."""
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                told = orjson.loads(text)
                if isinstance(told, dict) and str(told.get("type")).startswith(KIND):
                    missing = {"position", "dossier", "source", "id", "type", "time", "data"} - set(told)
                    if missing:
                        raise BackupRefused(f"{path}: line {number} lacks {', '.join(sorted(missing))}")
                    yield told
    except (OSError, orjson.JSONDecodeError) as error:
        raise BackupRefused(f"{path} is no list of erasures ({error}): give an export as NDJSON") from None


def _cloud_event(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "source": event["source"],
        "id": event["id"],
        "type": event["type"],
        "subject": event["dossier"],
        "time": event["time"],
        "timeprecision": event.get("timeprecision", "day"),
        "data": event["data"],
    }
