"""Organisations: who may post, and under which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row

from dossier.database.queries import queries
from dossier.vocabulary import Vocabulary

SQL = queries(files("dossier") / "agencies.sql")
BRUSSELS = ZoneInfo("Europe/Brussels")


class PrefixTaken(ValueError):
    """Two organisations cannot post under one source."""


class NoPrefix(ValueError):
    """A prefix that every source would lie under, or none."""


class Agency(NamedTuple):
    """A registered organisation; its events have sources under `source_prefix`."""

    id: str
    name_fr: str
    name_nl: str
    name_en: str
    source_prefix: str
    successor: str | None = None
    succeeded_on: date | None = None
    vocabulary: Vocabulary | None = None
    speaks_for: frozenset[str] = frozenset()
    """The organisations that became part of it, as of the day the register was read."""

    def name(self, lang: str) -> str:
        """Its name in a language, in French when there is none."""
        names = {"fr": self.name_fr, "nl": self.name_nl, "en": self.name_en}
        return names.get(lang, self.name_fr)

    def speaks_at(self, instant: datetime) -> bool:
        """Whether it was an organisation of its own then: until the day its successor speaks for it, in Brussels."""
        return self.succeeded_on is None or instant.astimezone(BRUSSELS).date() < self.succeeded_on

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
    """Add an organisation, or change the names and prefix of one known by the same id. Raises PrefixTaken, NoPrefix."""
    known = registered(connection)
    if agency.id not in known or known[agency.id].source_prefix != agency.source_prefix:
        _check_prefix(agency, known.values())
    try:
        connection.execute(SQL["register"], _columns(agency))
    except psycopg.errors.UniqueViolation as error:
        if error.diag.constraint_name != "agency_source_prefix_key":
            raise
        said = f"another organisation has the source prefix {agency.source_prefix}: choose another"
        raise PrefixTaken(said) from None


def _check_prefix(agency: Agency, known: Iterable[Agency]) -> None:
    """Whose source an event is must never depend on who posts it: its source and id are told apart from all others'."""
    prefix = agency.source_prefix
    if not prefix.strip(":/") or prefix.split() != [prefix] or prefix.rstrip("/").endswith(":"):
        raise NoPrefix(
            f"`{prefix}` is no URI that sources start with: choose one of its own, like https://hub.brussels/crm"
        )
    for other in known:
        shared = lies_under(prefix, other.source_prefix) or lies_under(other.source_prefix, prefix)
        if shared and other.id != agency.id:
            raise PrefixTaken(f"sources of {other.id} start with {other.source_prefix}: choose a prefix apart from it")


def _columns(agency: Agency) -> dict[str, Any]:
    return {**agency._asdict(), "vocabulary": None, "speaks_for": None}


def registered(connection: psycopg.Connection[Any]) -> dict[str, Agency]:
    """Every organisation by its id, without its vocabulary."""
    with connection.cursor(row_factory=class_row(Agency)) as cursor:
        return {agency.id: agency for agency in cursor.execute(SQL["registered"])}


def rename(connection: psycopg.Connection[Any], agency: Agency, names: dict[str, str], until: date) -> None:
    """Give an organisation new names (`name_fr`, ..); those it had `until` that day are kept."""
    connection.execute(SQL["keep_names"], _columns(agency) | {"until": until})
    register(connection, agency._replace(**names))  # type: ignore[arg-type]  # names of names alone


def former_names(connection: psycopg.Connection[Any]) -> dict[str, list[dict[str, str]]]:
    """What organisations were called before, and until when; the latest first."""
    found: dict[str, list[dict[str, str]]] = {}
    for agency, until, fr, nl, en in connection.execute(SQL["former_names"]):
        found.setdefault(agency, []).append({"until": until.isoformat(), "fr": fr, "nl": nl, "en": en})
    return found


class NoSuccessor(ValueError):
    """An organisation cannot be succeeded by itself, nor in a circle."""


def succeed(agencies: Mapping[str, Agency], agency: str, successor: str, on: date) -> Agency:
    """An organisation that `successor` speaks for from a day on. Raises NoSuccessor."""
    here: str | None = successor
    while here is not None:
        if here == agency:
            raise NoSuccessor(f"{successor} cannot succeed {agency}: it is, or leads back to, {agency} itself")
        here = agencies[here].successor if here in agencies else None
    if successor not in agencies:
        raise NoSuccessor(f"`{successor}` is not registered: `dossier agency add` registers it")
    return agencies[agency]._replace(successor=successor, succeeded_on=on)


def successors(agencies: Mapping[str, Agency], agency: str, on: date) -> Iterator[str]:
    """Who speaks for an organisation on a day: itself, then each of its successors by then, the last one last."""
    yield agency
    here = agencies.get(agency)
    while here and here.successor and (here.succeeded_on is None or here.succeeded_on <= on):
        yield here.successor
        here = agencies.get(here.successor)


def line_of(agencies: Mapping[str, Agency], agency: str, on: date) -> str:
    """Who an organisation has become on a day: itself, or the last of its successors by then."""
    return list(successors(agencies, agency, on))[-1]


def ancestors(agencies: Mapping[str, Agency], agency: str, on: date) -> list[str]:
    """The organisations that one speaks for on a day: itself, and all that became part of it, also by way of others.

    One that was itself succeeded since goes on speaking for them: a succession takes nothing away.
    """
    return sorted({agency, *(known for known in agencies if agency in successors(agencies, known, on))})
