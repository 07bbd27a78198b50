"""A rehearsal: what a vocabulary would have made of everything its agency has recorded so far. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from dossier.catalogue import TYPES
from dossier.catalogue.terms import controlled
from dossier.vocabulary.publication import SQL
from dossier.vocabulary.unmapped import SAMPLES, Waiting
from dossier.vocabulary.vocabulary import Vocabulary, as_posted

PAGE = 5_000
Place = tuple[str, str, str, str, str]


@dataclass
class Counted:
    """How often, and where first."""

    count: int = 0
    positions: list[int] = field(default_factory=list)

    def add(self, position: int) -> None:
        """Once more."""
        self.count += 1
        if len(self.positions) < SAMPLES:
            self.positions.append(position)

    def told(self) -> dict[str, Any]:
        """As the API shows it."""
        return {"events": self.count, "positions": [str(position) for position in self.positions]}


class Rehearsal:
    """Compares, event by event, the terms that stand in the log with those that a vocabulary would put there."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.looked_at = 0
        self.changed = 0
        self._changes: dict[Place, Counted] = {}
        self._left: dict[tuple[str, str, str], Counted] = {}

    def look(self, position: int, type_: str, data: dict[str, Any]) -> None:
        """Consider one event: its data as the log has it."""
        kind = TYPES.get(type_)
        if kind is None:
            return
        self.looked_at += 1
        posted = as_posted(data)
        made = self.vocabulary.translate(kind.NAME, posted)
        differs = False
        for of, controls in controlled()[kind.NAME].items():
            before, after = data.get(of), made.data.get(of)
            if before != after:
                differs = True
                place = (kind.NAME, of, _told(posted.get(of)), _told(before), _told(after))
                self._changes.setdefault(place, Counted()).add(position)
            for word in _words(posted.get(of)):
                if word not in controls.terms and self._unknown(kind.NAME, of, word):
                    self._left.setdefault((kind.NAME, of, word), Counted()).add(position)
        self.changed += differs

    def report(self, waiting: Iterable[Waiting]) -> dict[str, Any]:
        """What it found, with the words of the queue that would be `settled`: refused before, taken from now on."""
        return {
            "agency": self.vocabulary.declaration.agency,
            "events": self.looked_at,
            "events_changed": self.changed,
            "changes": [
                {
                    "type": kind,
                    "field": of,
                    "word": word,
                    "before": before or None,
                    "after": after or None,
                    **one.told(),
                }
                for (kind, of, word, before, after), one in _ordered(self._changes)
            ],
            "unmapped": [
                {"type": kind, "field": of, "word": word, **one.told()}
                for (kind, of, word), one in _ordered(self._left)
            ],
            "settled": [
                {"type": one.type, "field": one.field, "word": one.word, "refused": one.refused}
                for one in waiting
                if one.refused and not self._unknown(one.type, one.field, one.word)
            ],
        }

    def _unknown(self, kind: str, of: str, word: str) -> bool:
        return bool(self.vocabulary.translate(kind, {of: word}).unmapped) or not self.vocabulary.covers(kind, of)


def rehearse(connection: psycopg.Connection[Any], vocabulary: Vocabulary) -> Rehearsal:
    """Put all that an agency has recorded to a vocabulary, some events at a time. Corrections are looked at too."""
    found = Rehearsal(vocabulary)
    with connection.transaction(), connection.cursor("rehearsal") as cursor:
        cursor.itersize = PAGE
        for position, type_, stored in cursor.execute(SQL["events"], (vocabulary.declaration.agency,)):
            data = orjson.loads(stored)["data"]
            corrected = data.get("corrected_type")
            found.look(position, corrected or type_, data["data"] if corrected else data)
    return found


def _ordered(counted: dict[Any, Counted]) -> list[tuple[Any, Counted]]:
    return sorted(counted.items(), key=lambda item: (-item[1].count, item[0]))


def _words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [one for one in value or [] if isinstance(one, str)]


def _told(value: Any) -> str:
    return ", ".join(_words(value))
