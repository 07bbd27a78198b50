"""A replay as documents: each step for JSON, and as NDJSON with a trailer by which a cut or a change is seen."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from dossier.commitment import as_json, join
from dossier.event import Event, stamp
from dossier.journal import Recorded
from projections.dossiers.replay import Replay, Step
from projections.history.history import AsOf

Document = dict[str, Any]


def event(recorded: Recorded, read: Event | None, personal: Document | None) -> Document:
    """A stored event with its bytes; one that this version cannot read by its bytes alone, `"unreadable": true`."""
    kept = {
        "position": str(recorded.position),
        "version": recorded.version,
        "digest": recorded.digest,
        "stored": base64.b64encode(recorded.stored).decode(),
    }
    if read is None:
        return kept | {"unreadable": True}
    return kept | {
        "type": read.type,
        "agency": read.agency,
        "source": read.source,
        "id": read.id,
        "time": read.time,
        "timeprecision": read.timeprecision,
        "recordedtime": read.recordedtime,
        "data": join(type(read.data), as_json(read.data), personal),
        "personal": "erased" if read.personal and personal is None else "held" if read.personal else None,
    }


def step(one: Step) -> Document:
    """A step: its event, what it speaks of and what speaks of it, whether it counts, and what it changed."""
    speaks = {"amends": one.amends, "corrected_by": one.corrected_by, "retracted_by": one.retracted_by,
              "erased_by": one.erased_by, "replaced_by": one.replaced_by}  # fmt: skip
    return {
        **event(one.recorded, one.event, one.personal),
        **{name: str(position) for name, position in speaks.items() if position is not None},
        "counted": one.counted,
        "changes": [change._asdict() for change in one.changes],
    }


def steps(replay: Replay) -> Iterator[Document]:
    """The steps in order."""
    return map(step, replay.steps)


def asked(as_of: AsOf) -> Document:
    """The two dates a replay is as of, those that were given."""
    found: Document = {}
    if as_of.effective is not None:
        found["effective"] = as_of.effective.isoformat()
    if as_of.known is not None:
        found["known"] = stamp(as_of.known)
    return found


def ndjson(documents: Iterable[Document], as_of: AsOf) -> Iterator[bytes]:
    """A line each, then the trailer: how many lines, the last position, and SHA-256 over the lines' bytes."""
    digest, count, last = hashlib.sha256(), 0, ""
    for document in documents:
        line = orjson.dumps(document) + b"\n"
        digest.update(line)
        count, last = count + 1, document["position"]
        yield line
    said = {"trailer": True, "count": count, "last_position": last, "digest": f"sha256:{digest.hexdigest()}"}
    yield orjson.dumps(said | asked(as_of)) + b"\n"


def digest(replay: Replay) -> str:
    """The digest that the trailer of a replay's NDJSON says."""
    *_, trailer = ndjson(steps(replay), replay.as_of)
    return str(orjson.loads(trailer)["digest"])
