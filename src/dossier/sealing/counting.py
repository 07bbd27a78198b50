"""Counting: entries taken into a series' census, and everything that changes held against what was signed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dossier.sealing import census, reading
from dossier.sealing.census import Tally
from dossier.sealing.reading import SQL, Connection
from dossier.sealing.series import Series
from dossier.sealing.signed import SealRefused
from dossier.tree.hashing import HASH

Row = tuple[Any, ...]
Turned = dict[int, tuple[bytes, bytes]]
"""By the number of a bucket or page: the hash that stood for it before, and the one that does now."""


def count(connection: Connection, of: Series, rows: Iterable[Row], before: bytes) -> bytes:
    """Take entries into the census whose root was `before`; its new root.

    Every bucket and page that changes must have been what its parent says, up to the root that was signed: nobody else
    changed them. Raises SealRefused.
    """
    turned = _turn_buckets(connection, of, rows)
    for level in range(census.LEVELS):
        turned = _turn_pages(connection, of, level, turned)
    was, now = turned[0]
    if was != before:
        raise SealRefused(f"the census of {of.entries} does not make the root that was signed")
    return now


def _turn_buckets(connection: Connection, of: Series, rows: Iterable[Row]) -> Turned:
    gained: dict[int, dict[bytes, list[Row]]] = {}
    for dossier, own_rows in _by_dossier(rows).items():
        gained.setdefault(census.bucket_of(dossier), {})[dossier] = own_rows
    held = reading.buckets(connection, list(gained), of)
    contents, turned = [], {}
    for bucket, own in gained.items():
        tallies = census.read_bucket(held.get(bucket, b""))
        was = census.bucket_root(tallies)
        tallies = _counted(tallies, own)
        contents.append(census.write_bucket(tallies))
        turned[bucket] = was, census.bucket_root(tallies)
    connection.execute(SQL["count"], (of.name, list(gained), contents))
    return turned


def _turn_pages(connection: Connection, of: Series, level: int, changed: Turned) -> Turned:
    """Write changed hashes on the pages of a level; those of the pages, by their numbers."""
    numbers = sorted({number >> 4 for number in changed})
    held = reading.pages(connection, level, numbers, of)
    pages = {number: bytearray(held.get(number, census.BLANK)) for number in numbers}
    for number, (was, now) in changed.items():
        page, at = pages[number >> 4], (number & 15) * HASH
        if page[at : at + HASH] != was:
            raise SealRefused(f"what the census of {of.entries} holds at level {level}, place {number} was changed")
        page[at : at + HASH] = now
    connection.execute(SQL["write_pages"], (of.name, level, numbers, [bytes(pages[number]) for number in numbers]))
    return {
        number: (census.page_root(held.get(number, census.BLANK)), census.page_root(bytes(page)))
        for number, page in pages.items()
    }


def _by_dossier(rows: Iterable[Row]) -> dict[bytes, list[Row]]:
    found: dict[bytes, list[Row]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(row)
    return found


def _counted(tallies: dict[bytes, Tally], gained: Mapping[bytes, Sequence[Row]]) -> dict[bytes, Tally]:
    for dossier, rows in gained.items():
        before = tallies.get(dossier) or census.none_of(dossier)
        for number, (position, _, version, _) in enumerate(rows, before.events + 1):
            if version is not None and version != number:
                raise SealRefused(f"position {position} has version {version} of its dossier, after {number - 1}")
        tallies[dossier] = before.after([(position, leaf) for position, _, _, leaf in rows])
    return tallies
