"""Retelling: an entry as a certain organisation reads it, with its own words beside the common terms.

Where an entry is sent as a CloudEvent the same is told in attributes: their names are lower-case, their values scalar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from dossier.agencies import BRUSSELS, Agency, line_of
from dossier.catalogue import TYPES
from dossier.vocabulary import Vocabulary


class Retold:
    """Adds who speaks for the author today, and the reader's own words. What the entry said stays as it was."""

    def __init__(self, agencies: Mapping[str, Agency], reader: str | None) -> None:
        """`reader` is the organisation that reads, if one does."""
        self._agencies = agencies
        self._reader = reader
        self._today = datetime.now(BRUSSELS).date()

    def entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An entry of a timeline or of the feed: its `type`, `agency` and `data`."""
        author = entry["agency"]
        successor = line_of(self._agencies, author, self._today)
        told = entry | {"successor": successor} if successor != author else entry
        reading = self._agencies.get(self._reader or "")
        if reading is None:
            return told
        words = own_words(entry, reading.vocabulary, own=author == reading.id)
        return told | {"own_words": words} if words else told

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """A CloudEvent with `successor`, and `ownwords` as JSON text, where there is such."""
        told = self.entry(event)
        words = told.pop("own_words", None) if told is not event else None
        return told | {"ownwords": orjson.dumps(words).decode()} if words else told


def own_words(entry: Mapping[str, Any], vocabulary: Vocabulary | None, *, own: bool) -> dict[str, Any]:
    """What the reader calls the terms of an entry: as it posted them itself, or as its vocabulary has them.

    A term the reader has no word for is left out: the common term says it.
    """
    data, kind = entry["data"], TYPES.get(entry["type"])
    found: dict[str, Any] = {}
    if vocabulary is not None and kind is not None:
        for field, value in data.items():
            terms = value if isinstance(value, list) else [value]
            words = [
                vocabulary.own_word(kind.NAME, field, one) or one if isinstance(one, str) else one for one in terms
            ]
            if words != terms:
                found[field] = words if isinstance(value, list) else words[0]
    posted = data.get("local_terms") or {}
    return found | {field: word for field, word in posted.items() if word is not None} if own else found
