"""Organisations: who may post, and under which source."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.rows import class_row

from dossier.database.queries import queries

SQL = queries(files("dossier") / "agencies.sql")


class PrefixTaken(ValueError):
    """Two organisations cannot post under one source."""


class Agency(NamedTuple):
    """A registered organisation; its events have sources under `source_prefix`."""

    id: str
    name_fr: str
    name_nl: str
    name_en: str
    source_prefix: str
    successor: str | None = None

    def name(self, lang: str) -> str:
        """Its name in a language, in French when there is none."""
        names = {"fr": self.name_fr, "nl": self.name_nl, "en": self.name_en}
        return names.get(lang, self.name_fr)

    def owns(self, source: str) -> bool:
        """Whether a source lies under the agency's prefix."""
        return lies_under(source, self.source_prefix)


@lru_cache(maxsize=4096)
def lies_under(source: str, prefix: str) -> bool:
    """Whether a source is the prefix or goes on from it at a `/`, once dots in its path are resolved.

    An empty prefix owns every source; what is no URI lies under no other.
    """
    if not prefix:
        return True
    try:
        whole, start = _resolved(source), _resolved(prefix).rstrip("/")
    except ValueError:  # brackets that hold no address, characters that pass for another
        return False
    return whole == start or whole.startswith(start + "/")


def _resolved(uri: str) -> str:
    parts = urlsplit(uri)
    path: list[str] = []
    for step in unquote(parts.path).split("/"):
        if step == "..":
            path = path[:-1] or [""]
        elif step != ".":
            path.append(step)
    rest = f"?{parts.query}" * bool(parts.query) + f"#{parts.fragment}" * bool(parts.fragment)
    authority = f"//{parts.netloc.lower()}" if parts.netloc else ""
    scheme = f"{parts.scheme.lower()}:" if parts.scheme else ""
    return scheme + authority + "/".join(path) + rest


def register(connection: psycopg.Connection[Any], agency: Agency) -> None:
    """Add an organisation, or change the names and prefix of one known by the same id. Raises PrefixTaken."""
    try:
        connection.execute(SQL["register"], agency._asdict())
    except psycopg.errors.UniqueViolation:
        said = f"another organisation has the source prefix {agency.source_prefix}: choose another"
        raise PrefixTaken(said) from None


def registered(connection: psycopg.Connection[Any]) -> dict[str, Agency]:
    """Every organisation by its id."""
    with connection.cursor(row_factory=class_row(Agency)) as cursor:
        return {agency.id: agency for agency in cursor.execute(SQL["registered"])}
