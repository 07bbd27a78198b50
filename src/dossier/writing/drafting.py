"""Drafting: from an accepted command to the event and the vault row it becomes, and whether another says the same."""

from __future__ import annotations

import os
from uuid import UUID

from dossier.catalogue import Fact
from dossier.commitment import SALT_BYTES, commit, personal_bytes, split
from dossier.event import Event
from dossier.folding import search_words
from dossier.journal.draft import Draft
from dossier.vocabulary import words_as_posted
from dossier.vocabulary.vocabulary import LOCAL
from dossier.writing.command import Command


def drafted(
    command: Command, fact: Fact, target: type[Fact] | None, dossier: UUID, version: int, recordedtime: str
) -> Draft:
    """The event of a command, its fact parted from the person; `target` is the type that a correction corrects."""
    public, personal = split(fact, target)
    sealed = salt = words = commitment = None
    if personal:
        salt, sealed, words = os.urandom(SALT_BYTES), personal_bytes(personal), search_words(personal)
        commitment = commit(salt, sealed)
    event = Event(
        dossier, version, 0, command.agency, command.source, command.id, command.time, command.timeprecision,
        recordedtime, fact, commitment, command.correlationid, command.causationid,
    )  # fmt: skip
    return Draft(event, public, command.key, sealed, salt, words)


def says_the_same(command: Command, fact: Fact, target: type[Fact] | None, event: Event, salt: bytes | None) -> bool:
    """Whether a command says what an event says, but for its subject. Words are compared as they were posted: the
    vocabulary that translates them may have changed since.

    The personal part is compared through the commitment; once erased, it can no longer be.
    """
    public, personal = split(fact, target)
    stored, _ = split(event.data, target)
    if LOCAL in public or LOCAL in stored or target is not None:
        public, stored = words_as_posted(public), words_as_posted(stored)
    bound = bool(personal) == bool(event.personal)
    if personal and salt and event.personal:
        bound = commit(salt, personal_bytes(personal)) == event.personal
    return (
        bound
        and type(fact) is type(event.data)
        and public == stored
        and (command.time, command.timeprecision) == (event.time, event.timeprecision)
        and (command.correlationid, command.causationid) == (event.correlationid, event.causationid)
        and (command.source, command.id) == (event.source, event.id)
    )
