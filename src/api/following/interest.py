"""An interest: which events of the log a follower asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.identity.principal import Principal
from dossier.catalogue import HOUSE_TYPES, TYPES
from dossier.journal import Entry
from dossier.refusals import refused


class Interest(NamedTuple):
    """Events of these types, by these organisations, on dossiers related to one; None does not narrow."""

    types: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    related_to: str | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether an event is asked for, as far as the event alone can say: its dossier's relations are not in it."""
        if self.types is not None and entry.type not in self.types:
            return False
        return self.agencies is None or entry.agency in self.agencies


EVERYTHING = Interest()


def interest_of(
    who: Principal,
    types: Sequence[str] | None,
    agencies: Sequence[str] | None,
    relation: str | None,
    *,
    pointer: str = "/type",
) -> Interest:
    """What a follower asked for. Raises Refused for a type outside the catalogue and a relation nobody can have.

    `pointer` leads to the types in what was sent.
    """
    for name in types or ():
        if name not in TYPES and name not in HOUSE_TYPES:
            raise refused("unknown-type", "GET /v1/event-types lists the catalogue.", (pointer, "not in the catalogue"))
    if relation is not None and who.agency is None:
        detail = "Only the token of an organisation has dossiers of its own to follow."
        raise refused("invalid", detail, ("/relation", "needs the token of an organisation"))
    return Interest(
        tuple(types) if types else None, tuple(agencies) if agencies else None, who.agency if relation else None
    )
