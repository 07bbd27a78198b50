"""The outbox: events of an agency's program that are to reach the service, whatever breaks in between.

An event is in the outbox, on disk, before anything is sent, under an id that stays its own. It leaves when the service
says that it has it: so after a crash of either side it is sent again, and the service answers that it was there.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import uuid4

from api.client.connection import Client, Event, Later, Problem, Result
from dossier.database.queries import queries

SQL = {name: text.decode() for name, text in queries(files("api.client") / "outbox.sql").items()}
BATCH = 500
BATCH_CHARACTERS = 4 << 20
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses of a single event of a batch that are no answer yet."""


class Undeliverable(Exception):
    """The service takes nothing from this program (its token, its address): everything stays in the outbox."""


class Delivered(NamedTuple):
    """What one delivery did: events that were new, that were there before, that were refused."""

    accepted: int = 0
    duplicate: int = 0
    refused: int = 0


class Waiting(NamedTuple):
    """An event in the outbox."""

    number: int
    body: str


class Outbox:
    """A file of events. Several programs may add to it; events leave in the order they were added."""

    def __init__(
        self, path: Path, *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises ValueError for a file that cannot be used as one, and leaves it as it is."""
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # persons are in it until they are sent
        self._file = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                self._file.execute(f"PRAGMA {setting}")
            self._file.execute(SQL["prepare"])
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise ValueError(f"{path} is no outbox ({error}): name a file that is not there yet") from None
        self._path, self._sleep, self._clock = path, sleep, clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what is in it waits there."""
        self._file.close()

    def __len__(self) -> int:
        return int(self._file.execute(SQL["count"]).fetchone()[0])

    def add(self, *events: Event) -> list[str]:
        """Put events in, all or none; on disk when this returns. Their ids: one is given to those without.

        The same again changes nothing. Raises ValueError for another event under an id that is in the outbox, OSError
        where there is no room for it.
        """
        made = [{"specversion": "1.0", "id": str(uuid4()), **event} for event in events]
        with self._whole():
            for event in made:
                self._add(event)
        return [str(event["id"]) for event in made]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Writes all that the block does, or nothing. Raises OSError where the disk takes no more."""
        try:
            self._file.execute("BEGIN IMMEDIATE")
            yield
            self._file.execute("COMMIT")
        except BaseException as error:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise OSError(
                    f"{self._path}: {error}; what is in it stays: see that there is room, and try again"
                ) from None
            raise

    def _add(self, event: Event) -> None:
        key = {"source": str(event["source"]), "id": str(event["id"])}
        body = json.dumps(event, sort_keys=True, allow_nan=False)
        self._file.execute(SQL["add"], {**key, "body": body})
        if self._file.execute(SQL["body"], key).fetchone()[0] != body:
            raise ValueError(f"another event waits under the id {key['id']} of {key['source']}: use a new id")

    def refused(self) -> list[tuple[Event, dict[str, Any]]]:
        """Events that the service refused, each with its problem: they are kept until `discard`."""
        return [(json.loads(body), json.loads(problem)) for body, problem in self._file.execute(SQL["refused"])]

    def discard(self, event: Event) -> None:
        """Forget an event that was refused, so that its id is free for what was mended."""
        self._file.execute(SQL["discard"], {"source": event["source"], "id": event["id"]})

    def deliver(self, client: Client, *, patience: float = float("inf")) -> Delivered:
        """Send everything, in order; wait and try again when the service is away, so many seconds in all.

        Returns when nothing waits; raises Later when patience is at its end, Undeliverable when trying again is of no
        use. What was delivered by then has left the outbox either way.
        """
        done, wait, ends = Delivered(), FIRST_WAIT, self._clock() + patience
        while waiting := self._waiting():
            try:
                done = Delivered(*map(sum, zip(done, self._send(client, waiting), strict=True)))
                wait = FIRST_WAIT
            except Later as error:
                pause = max(error.seconds or 0.0, wait * random.uniform(0.5, 1.0))  # noqa: S311 - spreads programs
                if self._clock() + pause > ends:
                    raise
                self._sleep(pause)
                wait = min(wait * 2, LONGEST_WAIT)
        return done

    def _waiting(self) -> list[Waiting]:
        found: list[Waiting] = []
        size = 0
        for row in self._file.execute(SQL["waiting"], {"limit": BATCH}).fetchall():
            one = Waiting(*row)
            size += len(one.body)
            if found and size > BATCH_CHARACTERS:
                break
            found.append(one)
        return found

    def _send(self, client: Client, waiting: Sequence[Waiting]) -> Delivered:
        """One batch. One that is refused as a whole is halved, until the event at fault stands alone."""
        try:
            results = client.post_all([json.loads(one.body) for one in waiting])
        except Problem as error:
            if error.status in (401, 403, 404, 405) or error.status < 400:
                raise Undeliverable(str(error)) from None
            if len(waiting) > 1:
                return self._send(client, waiting[: len(waiting) // 2])
            results = [{"index": 0, "status": error.status, "problem": error.document}]
        return self._settle(waiting, results)

    def _settle(self, waiting: Sequence[Waiting], results: Sequence[Result]) -> Delivered:
        """Note what became of events up to the first without an answer: order is kept."""
        taken = {201: 0, 200: 0}
        refused = 0
        with self._whole():
            for one, result in zip(waiting, results, strict=False):
                if result["status"] in PASSING:
                    break
                if result["status"] in taken:
                    taken[result["status"]] += 1
                    self._file.execute(SQL["sent"], {"number": one.number})
                else:
                    refused += 1
                    problem = json.dumps(result.get("problem") or {"status": result["status"]})
                    self._file.execute(SQL["refuse"], {"number": one.number, "problem": problem})
        if not refused and not sum(taken.values()):
            raise Later("the service had no answer for the first event")
        return Delivered(taken[201], taken[200], refused)
