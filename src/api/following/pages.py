"""Pages of the log: what a follower finds after its position, read from the database."""

from __future__ import annotations

from typing import NamedTuple

from api.following.interest import EVERYTHING, Interest
from dossier.journal import Entry, Journal
from projections.dossiers.relation import related

STRETCH = 20
"""How many times more positions than entries a narrowed page may pass over: few matches shall not make many pages."""
PAGE_BYTES = 16 << 20


class Page(NamedTuple):
    """What a follower asked for among the positions after `after` up to `until`; `head` is where the log stood."""

    after: int
    until: int
    entries: list[Entry]
    head: int


def read_page(journal: Journal, interest: Interest, after: int, limit: int, size: int = PAGE_BYTES) -> Page:
    """The next page after a position, of at most `limit` entries, and about `size` bytes."""
    head = journal.head().position
    stretch = limit if interest == EVERYTHING else limit * STRETCH
    until = min(head, after + stretch)
    found = journal.feed(after, until, limit, types=interest.types, agencies=interest.agencies, size=size)
    if len(found) == limit or sum(len(entry.stored) for entry in found) >= size:
        until = found[-1].position
    if interest.related_to is not None:
        relations = related(journal, (entry.dossier for entry in found))
        found = [entry for entry in found if interest.related_to in relations[entry.dossier]]
    return Page(after, max(until, after), found, head)
