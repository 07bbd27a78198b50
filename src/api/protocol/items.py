"""Items: one event of a request read into a command, and what is told of it once it is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from api.protocol.cloudevents import parsed
from api.protocol.problems import problem
from dossier.agencies import Agency
from dossier.catalogue import PersonalDataErased
from dossier.decisions import OPERATOR
from dossier.log import read_item
from dossier.refusals import Refusal, Refused
from dossier.writing import Accepted, Outcome
from dossier.writing.command import Item


def read_one(event: Any, agency: Agency, instant: datetime, expected: frozenset[int] | None = None) -> Item:
    """A command or its refusal. The operator posts `personal-data-erased` and nothing else."""
    item = read_item(event, agency, instant, expected)
    if agency.id == OPERATOR and not isinstance(item, Refusal) and not isinstance(item.fact, PersonalDataErased):
        return Refusal("forbidden", "The operator posts personal-data-erased alone; agencies post the rest.")
    return item


def read_line(line: bytes | None, agency: Agency, instant: datetime) -> Item:
    """A line of a stream; None for one that is too long."""
    if line is None:
        return Refusal("too-large", "The line is longer than one event may be: GET /v1/limits.")
    try:
        event = parsed(line)
    except Refused as error:
        return error.refusal
    return read_one(event, agency, instant)


def receipt(accepted: Accepted) -> dict[str, Any]:
    """What an agency is told of an event that is in the log."""
    recorded = accepted.recorded
    return {
        "dossier": str(recorded.dossier),
        "position": str(recorded.position),
        "version": recorded.version,
        "recordedtime": orjson.loads(recorded.stored)["recordedtime"],
        "digest": recorded.digest,
        "duplicate": accepted.duplicate,
    }


def result(index: int, outcome: Outcome) -> dict[str, Any]:
    """One item's result within a batch or stream."""
    if isinstance(outcome, Refusal):
        return {"index": index, "status": outcome.status, "problem": problem(outcome)}
    recorded = outcome.recorded
    return {
        "index": index,
        "status": 200 if outcome.duplicate else 201,
        "position": str(recorded.position),
        "dossier": recorded.dossier,
        "version": recorded.version,
    }
