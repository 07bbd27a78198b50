"""Filling a log with the demonstration, through the same way in as everybody."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from api.demonstration.agencies import AGENCIES
from api.demonstration.journey import journeys
from api.demonstration.story import Posting
from dossier.log import Log
from dossier.refusals import Refusal, Refused
from dossier.writing import Accepted, Outcome

CHUNK = 1_000
"""Dossiers in hand at a time: what memory holds, whatever the size of the population."""

AHEAD = 8_000
"""Events sent and not yet answered: enough to keep the writer busy, far below what makes it refuse."""

REFUSALS_KEPT = 20
NOWHERE = "9" * 18
"""The position an amendment speaks of when its target was refused: the log then refuses the amendment too."""

Places = dict[tuple[int, int], tuple[Future[list[Outcome]], int]]
"""By journey and turn, the ticket and the place in it that will tell what became of a posting."""


class Summary(NamedTuple):
    """What became of the postings; of those refused, the first few with the reason."""

    accepted: int
    duplicate: int
    refused: int
    refusals: tuple[tuple[Posting, Refusal], ...]


class Sent(NamedTuple):
    """Postings of one agency on their way, and what will become of each."""

    postings: Sequence[Posting]
    ticket: Future[list[Outcome]]


def fill(
    log: Log,
    dossiers: int,
    seed: int,
    until: date,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Summary:
    """Register the organisations that are missing, post the journeys of a population; again adds nothing.

    `progress` is told how many dossiers are sent, of how many; at the end all are stored. Raises Refused
    when the log takes no writes.
    """
    register(log)
    filler = Filler(log)
    done = 0
    for chunk in chunks(journeys(dossiers, seed, until)):
        filler.post(chunk)
        done += len(chunk)
        if done < dossiers:
            progress(done, dossiers)
    filler.settle(0)
    progress(done, dossiers)
    return filler.summary()


def register(log: Log) -> None:
    """Register the organisations of the demonstration that are missing; none is renamed."""
    log.register(*(agency for agency in AGENCIES if agency.id not in log.agencies))


def chunks(journeys: Iterable[list[Posting]]) -> Iterator[list[list[Posting]]]:
    """The journeys, as many at a time as are held in hand."""
    left = iter(journeys)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


class Filler:
    """Posts journeys round by round: first the first posting of each, by agency, then the second of each ...

    The writer takes submissions in the order they are made, so a round need not wait for the one before.
    Only an amendment waits, for the posting it speaks of: it needs the position that one got.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self.accepted = self.duplicate = self.refused = 0
        self.refusals: list[tuple[Posting, Refusal]] = []
        self._sent: deque[Sent] = deque()
        self._waiting = 0

    def summary(self) -> Summary:
        """What became of everything settled so far."""
        return Summary(self.accepted, self.duplicate, self.refused, tuple(self.refusals))

    def post(self, chunk: Sequence[list[Posting]]) -> None:
        """Send the journeys of a chunk."""
        targets = {
            (which, posting.corrects)
            for which, journey in enumerate(chunk)
            for posting in journey
            if posting.corrects is not None
        }
        places: Places = {}
        for turn in range(max(map(len, chunk), default=0)):
            for agency, members in by_agency(chunk, turn).items():
                postings = [chunk[which][turn] for which in members]
                events = [self._event(which, p, places) for which, p in zip(members, postings, strict=True)]
                ticket = self._submit(agency, postings, events)
                for place, which in enumerate(members):
                    if (which, turn) in targets:
                        places[which, turn] = (ticket, place)

    def settle(self, waiting: int) -> None:
        """Count answers, until no more than so many events wait for theirs."""
        while self._sent and self._waiting > waiting:
            sent = self._sent.popleft()
            self._waiting -= len(sent.postings)
            for posting, outcome in zip(sent.postings, sent.ticket.result(), strict=True):
                self._count(posting, outcome)

    def _submit(self, agency: str, postings: Sequence[Posting], events: list[Any]) -> Future[list[Outcome]]:
        self.settle(AHEAD)
        while True:
            try:
                ticket = self.log.post(events, self.log.agencies[agency])
            except Refused as error:
                if error.refusal.slug != "overloaded":
                    raise
                self.settle(0)
                time.sleep(0.05)
            else:
                self._sent.append(Sent(postings, ticket))
                self._waiting += len(postings)
                return ticket

    def _event(self, which: int, posting: Posting, places: Places) -> dict[str, Any]:
        """The event to send: an amendment gets the position of what it speaks of, once that is stored."""
        if posting.corrects is None:
            return posting.event
        ticket, place = places[which, posting.corrects]
        target = ticket.result()[place]
        position = str(target.recorded.position) if isinstance(target, Accepted) else NOWHERE
        return {**posting.event, "data": {"corrects": position, **posting.event["data"]}}

    def _count(self, posting: Posting, outcome: Outcome) -> None:
        if isinstance(outcome, Refusal):
            self.refused += 1
            if len(self.refusals) < REFUSALS_KEPT:
                self.refusals.append((posting, outcome))
        elif outcome.duplicate:
            self.duplicate += 1
        else:
            self.accepted += 1


def by_agency(chunk: Sequence[list[Posting]], turn: int) -> dict[str, list[int]]:
    """Which journeys have a posting at this turn, by the agency that posts it."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for which, journey in enumerate(chunk):
        if turn < len(journey):
            members[journey[turn].agency_id].append(which)
    return members
