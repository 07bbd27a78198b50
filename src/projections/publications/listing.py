"""What was published, as the table lists it: read back, and what is wrong of it told of the version that made it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
import pyarrow as pa

from dossier.verification.wrong import Wrong, expect
from projections.counting.indicator import IndicatorUnknown, indicator
from projections.disclosure.publication import Publication, publications
from projections.generations.generations import program

Connection = psycopg.Connection[Any]


class Listed(NamedTuple):
    """The columns of a publication, which its certificate repeats."""

    indicator: str
    number: int
    position: int
    ruleset: str
    ruleset_digest: str
    program: str | None

    @property
    def what(self) -> str:
        """Where it stands."""
        return f"statistics.publication: {self.indicator}, number {self.number}"


@contextmanager
def by_version(one: Listed, other: Callable[[str], None] | None) -> Iterator[None]:
    """What is otherwise with a publication is told of the version that made it, where that is another."""
    try:
        yield
    except Wrong as wrong:
        if one.program == program():
            raise
        if other is None:
            raise Wrong(f"{wrong}; another version of the program made it: --other-versions goes on") from None
        other(str(wrong))


def read(connection: Connection, name: str, listed: Sequence[Listed]) -> list[Publication]:
    """The publications of an indicator, numbered without gaps, each with the certificate of its columns."""
    try:
        indicator(name)
        found = publications(connection, name)
    except (IndicatorUnknown, LookupError, TypeError, ValueError, OSError, pa.ArrowException, zlib.error) as error:
        reason = " ".join(str(error).split())
        raise Wrong(f"statistics.publication: {name}: a publication cannot be read: {reason}") from None
    for number, (one, columns) in enumerate(zip(found, listed, strict=True), 1):
        expect(columns.number == number, f"statistics.publication: {name}, number {number} is missing")
        told = one.certificate
        expect(isinstance(told, dict), f"{columns.what}: its certificate is no object")
        said = (told.get("position"), told.get("ruleset"), told.get("ruleset_digest"))
        expect(
            said == (str(columns.position), columns.ruleset, columns.ruleset_digest),
            f"{columns.what}: the columns are not what the certificate says",
        )
    return found
