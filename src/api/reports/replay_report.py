"""The replay as a report for print: one HTML file without a script and without anything from elsewhere.

Each event stands in it once, with its position, digest, both clocks, author, what it said and what it changed; before
them, under which log and key, and how to verify it; what was erased is shown as erased.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from api.answers import replaying
from api.pages.rendering import templates
from api.pages.since_visit import difference
from api.words.languages import Lang
from api.words.telling import Said, Teller
from api.words.words import Words, capital, words
from dossier.agencies import Agency
from dossier.catalogue import TYPES
from dossier.commitment import as_json
from dossier.sealing import reading, witnesses
from dossier.sealing.reading import Connection
from dossier.verification.note import read_key
from projections.dossiers.replay import Replay, Step
from projections.history.history import AsOf

NONE = "–"


class Sealed(NamedTuple):
    """The identity of a log: its key, the checkpoint with its lines, how many events it covers, who cosigned it.

    `earlier` are the witnesses that cosigned none but an earlier checkpoint, with how many events that covers.
    """

    vkey: str
    note: str
    size: int
    root: str
    witnesses: list[str]
    earlier: list[tuple[str, int]]


@dataclass(frozen=True)
class Event:
    """One event of the report in words; `exact` has its two clocks as they are stored."""

    version: int
    position: str
    digest: str
    happened: str
    recorded: str
    author: str
    label: str
    said: list[Said]
    notes: list[str]
    changes: list[tuple[str, ...]]
    counted: bool
    exact: tuple[str, str] | None = None


@dataclass(frozen=True)
class Report:
    """The report in words; at `address` is what `digest` is of, as of the same two dates."""

    dossier: str
    name: str | None
    erased: bool
    as_of: str
    made: str
    facts: list[tuple[str, str]]
    sealed: Sealed
    cosigners: list[str]
    address: str
    digest: str
    events: list[Event]


def sealed(connection: Connection) -> Sealed | None:
    """The identity of the log as of its latest checkpoint; None when nothing was signed yet."""
    found, vkey = reading.checkpoint(connection), reading.vkey(connection)
    if found is None or vkey is None:
        return None
    lines = witnesses.lines(connection, found.size)
    names = [read_key(vkey).name for vkey in witnesses.known(connection)]
    own = _cosigners(names, lines)
    before: dict[str, int] = {}
    for one in witnesses.cosigned(connection, found.size):
        before |= {name: one.size for name in _cosigners(names, one.lines) if name not in {*own, *before}}
    root = base64.b64encode(found.root).decode()
    return Sealed(vkey, found.note + "".join(lines), found.size, root, own, list(before.items()))


def _cosigners(names: Sequence[str], lines: Sequence[str]) -> list[str]:
    return [name for name in names if any(line.startswith(f"— {name} ") for line in lines)]


def html(replay: Replay, seal: Sealed, agencies: Mapping[str, Agency], lang: Lang, made: datetime, digest: str) -> str:
    """The report as one HTML document; `digest` is that of the same replay as NDJSON."""
    teller = Teller(words(lang), agencies)
    found = report(replay, seal, teller, made, digest)
    return templates().get_template("replay_report.html").render(report=found, t=teller.words, style=Markup(style()))  # noqa: S704 - our own file


def style() -> str:
    """The stylesheet, which stands in the document."""
    return files("api.pages").joinpath("static", "printed.css").read_text(encoding="utf-8")


def headers() -> dict[str, str]:
    """What a browser may do with the report: nothing but show it."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def report(replay: Replay, seal: Sealed, teller: Teller, made: datetime, digest: str) -> Report:
    """The report's content."""
    person = replay.state.get("person") or {}
    parts = (person.get("given_name"), person.get("family_name"))
    return Report(
        dossier=str(replay.dossier),
        name=" ".join(part for part in parts if part) or None,
        erased=any(step.erased_by for step in replay.steps),
        as_of=_as_of(replay.as_of, teller.words),
        made=teller.words.moment(made),
        facts=_facts(replay, teller),
        sealed=seal,
        cosigners=[*seal.witnesses, *(_before(*one, teller.words) for one in seal.earlier)],
        address=_address(replay),
        digest=digest,
        events=[_event(step, teller) for step in replay.steps],
    )


def _before(name: str, size: int, words: Words) -> str:
    return words("replayed.cosigned_before", name=name, events=words.count("dossier.events", size))


def _address(replay: Replay) -> str:
    asked = urlencode({"changes": "true", **replaying.asked(replay.as_of)}, safe=":")
    return f"/v1/dossiers/{replay.dossier}/history?{asked}"


def _as_of(as_of: AsOf, words: Words) -> str:
    told = [words("dossier.as_true", day=words.day(as_of.effective))] if as_of.effective else []
    told += [words("replayed.as_known", moment=words.moment(as_of.known))] if as_of.known else []
    return capital(", ".join(told)) if told else words("replayed.as_of_now")


def _facts(replay: Replay, teller: Teller) -> list[tuple[str, str]]:
    """What stands above the table: how many events, of whom, from when to when, how many were amended or erased."""
    words, events = teller.words, [step.event for step in replay.steps if step.event]
    agencies = sorted({teller.agency(event.agency) for event in events})
    rows = [(words("replayed.events"), words.number(len(replay.steps)))]
    if events:
        moments = (words.moment(datetime.fromisoformat(event.recordedtime)) for event in (events[0], events[-1]))
        rows.append(
            (words("replayed.recorded"), words("units.span", **dict(zip(("from_", "to"), moments, strict=True))))
        )
    amended = sum(1 for step in replay.steps if step.amends is not None)
    erased = sum(1 for step in replay.steps if step.erased_by)
    return [
        *rows,
        (words("replayed.authors"), words.listed(agencies)),
        (words("replayed.amendments"), words.number(amended)),
        (words("replayed.erasures"), words.number(erased)),
    ]


def _event(step: Step, teller: Teller) -> Event:
    words, event = teller.words, step.event
    told = Event(
        version=step.recorded.version,
        position=str(step.recorded.position),
        digest=step.recorded.digest,
        happened=NONE,
        recorded=NONE,
        author=NONE,
        label=words("replayed.unreadable"),
        said=[],
        notes=_notes(step, words),
        changes=[line for change in step.changes if (line := difference(change, teller))],
        counted=step.counted,
    )
    if event is None:
        return told
    return replace(
        told,
        exact=(event.time, event.recordedtime),
        happened=words.day(event.time, event.timeprecision),
        recorded=words.moment(datetime.fromisoformat(event.recordedtime)),
        author=teller.agency(event.agency),
        label=event.data.LABEL[words.lang],
        said=_said(event.type, as_json(event.data), teller),
    )


def _said(type_: str, data: dict[str, Any], teller: Teller) -> list[Said]:
    """What an event says; of an amendment, what holds in place of what was said, from when, and why."""
    if "corrects" not in data:
        return teller.tell(type_, data)
    found = []
    if time := data.get("time"):
        day = teller.words.day(time, data.get("timeprecision", "day"))
        found.append(Said("time", teller.words.field("time"), day))
    if (corrected := data.get("corrected_type")) in TYPES:
        found += teller.tell(corrected, data["data"])
    return found + teller.tell(type_, {"reason": data["reason"]} if "reason" in data else {})


def _notes(step: Step, words: Words) -> list[str]:
    """What an event speaks of, and what speaks of it."""
    found = {
        "replayed.amends": step.amends,
        "replayed.replaced_by": step.replaced_by,
        "replayed.corrected_by": step.corrected_by,
        "replayed.retracted_by": step.retracted_by,
        "replayed.erased_by": step.erased_by,
    }
    return [words(key, position=position) for key, position in found.items() if position is not None]
