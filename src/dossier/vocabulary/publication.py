"""Publication: the versions of each agency's vocabulary, kept for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
import psycopg

from dossier.database.queries import queries
from dossier.vocabulary.declaration import Declaration
from dossier.vocabulary.vocabulary import Vocabulary, succeeding

SQL = queries(files("dossier.vocabulary") / "publication.sql")


class Published(NamedTuple):
    """A version that stands."""

    version: int
    declaration: Declaration
    digest: str
    published_at: datetime


def versions(connection: psycopg.Connection[Any], agency: str) -> list[Published]:
    """Every version of an agency's vocabulary, the oldest first."""
    return [_published(row) for row in connection.execute(SQL["declarations"], (agency,))]


def publish(connection: psycopg.Connection[Any], declaration: Declaration) -> tuple[Published, bool]:
    """Publish a vocabulary, and whether it is a new version: the same as the last is that one still."""
    agency, text = declaration.agency, _text(declaration)
    digest = "sha256:" + hashlib.sha256(text).hexdigest()
    with connection.transaction():
        connection.execute(SQL["turn"], (agency,))
        before = versions(connection, agency)
        if before and before[-1].digest == digest:
            return before[-1], False
        row = connection.execute(SQL["publish"], (agency, len(before) + 1, text.decode(), digest)).fetchone()
    assert row is not None
    return _published(row), True


def _text(declaration: Declaration) -> bytes:
    """A declaration as it is kept: canonical, but for the words, in the order declared: a term's first comes back.

    Versions of before that was kept have their words in alphabetical order, and their digests are of that.
    """
    said = declaration.model_dump()
    ordered = {part: dict(sorted(said[part].items())) for part in ("terms", "forms")}
    return orjson.dumps(dict(sorted((said | ordered).items())))


def vocabularies(connection: psycopg.Connection[Any], known: Mapping[str, Vocabulary]) -> dict[str, Vocabulary]:
    """The vocabulary in force of each agency that has one; what is `known` already is not read again."""
    found = {}
    for agency, version in connection.execute(SQL["versions"]).fetchall():
        held = known.get(agency)
        found[agency] = held if held and held.version == version else in_force(versions(connection, agency))
    return found


def in_force(published: list[Published]) -> Vocabulary:
    """The last version, which still knows the words of those before for what they wrote."""
    *former, last = published
    return succeeding(last.declaration, last.version, [one.declaration for one in former])


def _published(row: tuple[Any, ...]) -> Published:
    """It was checked when it was published, by the rules of then: those of now judge new ones alone."""
    version, declaration, digest, at = row
    return Published(version, Declaration.model_validate(orjson.loads(declaration)), digest, at)
