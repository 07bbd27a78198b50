"""Pending: an outcome that stands once what was decided before it in the same group is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dossier.journal.draft import Recorded
from dossier.refusals import Refusal, Refused, refused
from dossier.writing.command import Accepted, Outcome

NOT_WRITTEN = Refusal("batch-refused", "Not written: another item of this atomic batch was refused.")


class Pending(NamedTuple):
    """What becomes of an item: taken as the draft in a place, or a repeat of it, or another content under its key."""

    place: int
    duplicate: bool = False
    differs: bool = False


def settled(outcome: Outcome | Pending, recorded: Sequence[Recorded]) -> Outcome:
    """The outcome, once the drafts are in the log."""
    if not isinstance(outcome, Pending):
        return outcome
    there = recorded[outcome.place]
    return differently(there.position).refusal if outcome.differs else Accepted(there, outcome.duplicate)


def unwritten(outcome: Outcome | Pending) -> Outcome:
    """The outcome where nothing of the batch is written."""
    if isinstance(outcome, Pending):
        return differently(None).refusal if outcome.differs else NOT_WRITTEN
    return outcome if isinstance(outcome, Refusal) else NOT_WRITTEN


def differently(position: int | None) -> Refused:
    """Another content under a key that is taken, by the event at a position where it is in the log."""
    more = {"position": str(position)} if position else {}
    return refused(
        "already-recorded-differently",
        "Use a new id for a new event; use event-corrected to change what an event says.",
        **more,
    )
