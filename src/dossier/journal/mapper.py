"""The mapper: drafts to stored events and back, in canonical bytes. Called by the `eventsourcing` event store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification, StoredEvent

from dossier.event import Event, seal, unseal
from dossier.journal.draft import Draft


@dataclass(frozen=True, slots=True)
class StoredDraft(StoredEvent):
    """A stored event with the draft it came from: the recorder writes its key, vault row and columns with it."""

    draft: Draft


class JournalMapper(Mapper[UUID]):
    """Maps by explicit topics (the event type), never by the names of classes; upcasts while reading."""

    def __init__(self) -> None:
        """Needs no transcoder: stored bytes are canonical JSON."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Seal a draft: from here on its bytes are what every proof speaks of."""
        draft: Draft = domain_event
        event = draft.event
        return StoredDraft(event.dossier, event.version, event.data.TYPE, seal(event, draft.public), draft)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Unseal, bringing older versions of a type to today's."""
        return self.to_event(stored_event)

    @staticmethod
    def to_event(stored_event: StoredEvent) -> Event:
        """The event of a stored one; its position is known when it was read as a notification."""
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return unseal(stored_event.state, position)
