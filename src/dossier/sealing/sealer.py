"""The sealer: follows a series, grows its tree and census, and signs a checkpoint within a second of each commit.

Runs beside the writer, never inside its transactions. Tiles, census and checkpoint change together, so whoever reads
them in one snapshot reads one truth. Several servers of one log have one sealer of each
series between them.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from dossier.sealing import reading
from dossier.sealing.census import EMPTY, CensusBroken
from dossier.sealing.counting import Row, count
from dossier.sealing.keys import LogKeys, Signer, signed
from dossier.sealing.reading import SQL, Checkpoint, Connection
from dossier.sealing.series import EVENTS, SERIES, Series
from dossier.sealing.signed import LastSigned, SealRefused
from dossier.tree.growth import Growth
from dossier.tree.tiles import pieces

BATCH = 20_000
"""Entries one checkpoint takes in at the most."""
PAUSE, LONG_PAUSE = 0.2, 0.6
"""Seconds between checkpoints while entries keep coming: they share signatures. Longer once MANY come at a time, which
then also share buckets and pages of the census; still within the second."""
MANY = 1_000


class Sealer:
    """Seals one series of a log with the keys of one data directory."""

    def __init__(
        self,
        data: Path,
        of: Series = EVENTS,
        *,
        poll: float | None = None,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`poll` seconds is the longest an entry waits when nothing tells of it."""
        self.of = of
        self.keys, self.last = LogKeys(data), LastSigned(data, of)
        self.poll = of.poll if poll is None else poll
        self.report = report
        self.stopping = threading.Event()

    def run(self, conninfo: str, sealed: Callable[[], None] = lambda: None) -> None:
        """Seal until told to stop; after any loss of the database, try again. Raises SealRefused.

        `sealed` is called once the series was found to be what was signed before.
        """
        while not self.stopping.is_set():
            try:
                with psycopg.connect(conninfo, autocommit=True, application_name="dossier-sealer") as connection:
                    self._lead(connection, sealed)
            except psycopg.Error as error:
                self.report(type(error).__name__)
                self.stopping.wait(0.5)

    def stop(self) -> None:
        """Return from `run` after the checkpoint at hand."""
        self.stopping.set()

    def seal(self, conninfo: str) -> bool:
        """Seal all there is, unless somebody else does so now; whether it was done here. Raises SealRefused."""
        with psycopg.connect(conninfo, autocommit=True, application_name="dossier-sealer") as connection:
            if not _leads(connection, self.of):
                return False
            while self.step(connection):
                pass
            return True

    def step(self, connection: Connection, batch: int = BATCH) -> int:
        """Take one batch of entries into the tree and sign: all in one transaction. How many it took.

        Raises SealRefused, and signs nothing, when the series is not what was signed before.
        """
        with connection.transaction():
            self.last.check(connection)
            signers = self._signers(connection)
            before = self._before(connection, signers)
            growth = self._growth(connection, before)
            rows = self._rows(connection, growth.size, batch)
            if before is None or rows or signed(_text(before, signers), signers) != before.note:
                self._take(connection, growth, rows)
                counted = before.census if before else EMPTY
                counted = self._count(connection, rows, counted) if rows else counted
                self._sign(connection, Checkpoint(growth.size, growth.root, counted, ""), signers)
            return len(rows)

    def _lead(self, connection: Connection, sealed: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            if _leads(connection, self.of):
                self._listen(connection)
                self.step(connection)
                sealed()
                self._follow(connection)
            else:
                self.stopping.wait(self.poll)

    def _follow(self, connection: Connection) -> None:
        while not self.stopping.is_set():
            if took := self.step(connection):
                self.stopping.wait(LONG_PAUSE if took >= MANY else PAUSE)
            else:
                for _ in connection.notifies(timeout=self.poll, stop_after=1):
                    pass

    def _signers(self, connection: Connection) -> list[Signer]:
        """The keys to sign with, all of them on record in the database; refused when the log is another's."""
        signers = self.of.signers(self.keys.signers())
        known = set(reading.keys(connection, self.of))
        if known and known.isdisjoint(signer.vkey for signer in signers):
            raise SealRefused(f"{self.keys.path} is not the key of this log: put its backup back")
        for signer in reversed(signers):  # several where a key was changed before there was this series
            if signer.vkey not in known:
                connection.execute(SQL["add_key"], (self.of.name, signer.vkey))
        return signers

    def _sign(self, connection: Connection, found: Checkpoint, signers: Sequence[Signer]) -> None:
        note = signed(_text(found, signers), signers)
        self.last.write(note)
        connection.execute(SQL["sign"], found._replace(note=note)._asdict() | {"series": self.of.name})

    def _listen(self, connection: Connection) -> None:
        if self.of.channel is not None:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.of.channel)))

    def _before(self, connection: Connection, signers: Sequence[Signer]) -> Checkpoint | None:
        """The checkpoint that comes before; refused unless it says, column by column, what one of these keys signed."""
        found = reading.checkpoint(connection, self.of)
        if found is not None:
            text = _text(found, signers)
            own = any(signer.line(text) in found.note for signer in signers)
            if not (own and found.note.startswith(text + "\n")):
                raise SealRefused(f"the checkpoint of {self.of.entries} in the database is not one that was signed")
        return found

    def _growth(self, connection: Connection, before: Checkpoint | None) -> Growth:
        try:
            growth = reading.growth(connection, before.size if before else 0, self.of)
        except LookupError as error:
            raise SealRefused(f"a tile of the tree of {self.of.entries} is missing or cut off: {error}") from None
        if before is not None and growth.root != before.root:
            raise SealRefused(f"the tiles of the tree do not make the root signed over {before.size} {self.of.entries}")
        return growth

    def _count(self, connection: Connection, rows: list[Row], before: bytes) -> bytes:
        try:
            return count(connection, self.of, rows, before)
        except CensusBroken as error:
            raise SealRefused(f"{error}: that of {self.of.entries}") from None

    def _rows(self, connection: Connection, start: int, batch: int) -> list[Row]:
        """The entries that come next: none is missing, since numbers have no gaps and the last one is there.

        Between two numbers and not the first so many: how far behind the sealer is must not matter to the database.
        """
        until = min(start + batch, reading.head(connection, self.of))
        rows = reading.leaves(connection, start, until, of=self.of)
        if len(rows) != max(0, until - start):
            held = {row[0] for row in rows}
            missing = next(number for number in range(start + 1, until + 1) if number not in held)
            raise SealRefused(f"{self.of.place} {missing} is missing from the log")
        return rows

    def _take(self, connection: Connection, growth: Growth, rows: Sequence[Row]) -> None:
        """Grow the tree by entries and write what its tiles gain."""
        start = growth.size
        gains = [
            (self.of.name, level, number, hashes)
            for level, grown in growth.extend([row[3] for row in rows]).items()
            for number, hashes in pieces(start >> 8 * level, grown).items()
        ]
        if gains:
            with connection.cursor() as cursor:
                cursor.executemany(SQL["grow"], gains)


def prepare(conninfo: str, data: Path, origin: str | None) -> None:
    """Make the log's key unless it has one, and sign where the log stands, so that there is a checkpoint to read.

    Raises SealRefused when a series of this log is not what was signed before.
    """
    LogKeys(data).ensure(origin)
    with psycopg.connect(conninfo, autocommit=True, application_name="dossier-sealer") as connection:
        for sealer in (Sealer(data, of) for of in SERIES):
            if _leads(connection, sealer.of):
                sealer.step(connection)
            else:
                sealer.last.check(connection)


def retire(conninfo: str, data: Path) -> list[Signer]:
    """Drop every key but the newest, once that has signed where each series stands; those dropped. Raises SealRefused.

    Dropped before, nothing would be signed any more: no key that is left would be known to have signed the log.
    """
    newest = LogKeys(data).signers()[0]
    for sealer in (Sealer(data, of) for of in SERIES):
        sealer.seal(conninfo)  # where no server does
        with psycopg.connect(conninfo, application_name="dossier-sealer") as connection:
            found = reading.checkpoint(connection, sealer.of)
        own = sealer.of.signers([newest])
        if found is not None and own[0].line(_text(found, own)) not in found.note:
            raise SealRefused(f"the newest key has not signed the {sealer.of.entries} yet: try again in a moment")
    return LogKeys(data).retire()


def _leads(connection: Connection, of: Series) -> bool:
    row = connection.execute(SQL["lead"], (of.lock,)).fetchone()
    return bool(row and row[0])


def _text(found: Checkpoint, signers: Sequence[Signer]) -> str:
    """The text of a checkpoint: the three lines of C2SP tlog-checkpoint and the census' root."""
    root, counted = (base64.b64encode(part).decode() for part in (found.root, found.census))
    return f"{signers[0].name}\n{found.size}\n{root}\ncensus {counted}\n"
