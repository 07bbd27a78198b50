"""Sending the demonstration to a running service, as the programs of its organisations would: client, outbox, token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.client import Client, Outbox, Problem
from api.demonstration.agencies import AGENCIES
from api.demonstration.fill import NOWHERE, REFUSALS_KEPT, Summary, by_agency, chunks
from api.demonstration.journey import journeys
from api.demonstration.story import Posting
from dossier.refusals import Refusal

PATIENCE = 300.0
"""Seconds that the service may be away."""
Chunk = Sequence[list[Posting]]


def send(
    url: str,
    token_of: Callable[[str], str],
    dossiers: int,
    seed: int,
    until: date,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Summary:
    """Send the journeys of a population, each organisation its own; again adds nothing.

    `token_of` an organisation, by its id. Raises Later and Undeliverable (see `Outbox.deliver`).
    """
    with TemporaryDirectory(prefix="dossier-demo-") as boxes, ExitStack() as open_while_sending:
        programs = {
            agency.id: open_while_sending.enter_context(Program(url, token_of(agency.id), Path(boxes) / agency.id))
            for agency in AGENCIES
        }
        done = 0
        for chunk in chunks(journeys(dossiers, seed, until)):
            _send_chunk(programs, chunk)
            done += len(chunk)
            progress(done, dossiers)
        return _summary(list(programs.values()))


class Program:
    """The program of one organisation: what it reports goes through its outbox."""

    def __init__(self, url: str, token: str, box: Path) -> None:
        self.client, self._box = Client(url, token), Outbox(box)
        self.accepted = self.duplicate = self.refused = 0
        self.refusals: list[tuple[Posting, Refusal]] = []

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._box.close()
        self.client.close()

    def report(self, postings: Sequence[Posting], events: Sequence[dict[str, Any]]) -> None:
        """Deliver the events of postings; what was refused is counted and let go, as there is nobody to mend it."""
        of = {event["id"]: posting for posting, event in zip(postings, events, strict=True)}
        self._box.add(*events)
        done = self._box.deliver(self.client, patience=PATIENCE)
        self.accepted, self.duplicate = self.accepted + done.accepted, self.duplicate + done.duplicate
        for event, problem in self._box.refused() if done.refused else ():
            self.refused += 1
            why = Refusal(Problem(0, problem).slug, str(problem.get("detail", "")))
            self.refusals.append((of[event["id"]], why))
            self._box.discard(event)

    def position(self, event: dict[str, Any]) -> str:
        """Where an event that was reported stands: sent again, it is answered as the first time."""
        try:
            return self.client.post(event)["position"]
        except Problem:
            return NOWHERE


def _send_chunk(programs: dict[str, Program], chunk: Chunk) -> None:
    """Journeys round by round: the first posting of each, then the second of each ..."""
    sent: dict[tuple[int, int], dict[str, Any]] = {}
    for turn in range(max(map(len, chunk), default=0)):
        for agency, members in by_agency(chunk, turn).items():
            for which in members:
                sent[which, turn] = _event(programs, chunk[which], which, turn, sent)
            programs[agency].report([chunk[which][turn] for which in members], [sent[which, turn] for which in members])


def _event(
    programs: dict[str, Program],
    journey: list[Posting],
    which: int,
    turn: int,
    sent: dict[tuple[int, int], dict[str, Any]],
) -> dict[str, Any]:
    """The event to send: an amendment gets the position of what it speaks of."""
    posting = journey[turn]
    if posting.corrects is None:
        return posting.event
    position = programs[journey[posting.corrects].agency_id].position(sent[which, posting.corrects])
    return {**posting.event, "data": {"corrects": position, **posting.event["data"]}}


def _summary(programs: Sequence[Program]) -> Summary:
    refusals = [one for program in programs for one in program.refusals]
    return Summary(
        sum(program.accepted for program in programs),
        sum(program.duplicate for program in programs),
        sum(program.refused for program in programs),
        tuple(refusals[:REFUSALS_KEPT]),
    )
