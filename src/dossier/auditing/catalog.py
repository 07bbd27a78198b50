"""The live schema: that the catalog is what the migrations make, and that nobody may do more than they say."""

from __future__ import annotations

import re

from dossier.auditing.events import Connection
from dossier.database.catalog import Catalog, catalog, expected
from dossier.verification.wrong import Wrong

Things = dict[str, str]
GENERATION = re.compile(r"(projection\.\w+)_(\d{1,10})")
INDEXED = re.compile(r"INDEX \S+ ON (?:ONLY )?\S+ ")
NAMED_APART = ("constraint", "index")
"""Things whose names differ from generation to generation: they are compared by what they say."""


def check_catalog(connection: Connection) -> None:
    """That tables, views, functions, triggers, rights and roles are as the migrations make them. Raises Wrong.

    The tables of generations are made at run time: each must be as the table it is a part of.
    """
    made, held = expected(), catalog(connection)
    for place in sorted({*made, *held}):
        whole, number = _part_of(place, made)
        if whole is None:
            _compare(place, held.get(place, {}), made.get(place, {}))
        else:
            _compare(place, *_alike(held[place], made[whole], whole, number))


def _part_of(place: str, made: Catalog) -> tuple[str | None, str]:
    """The partitioned table that a table of a generation belongs to by its name, and the generation's number."""
    named = GENERATION.fullmatch(place)
    if named is None or place in made or not made.get(named[1], {}).get("relation", "").startswith("partitioned"):
        return None, ""
    return named[1], named[2]


def _compare(place: str, held: Things, made: Things) -> None:
    for thing in sorted({*held, *made}, key=lambda one: (one.startswith("rights"), one)):
        own, other = held.get(thing), made.get(thing)
        if own is None:
            _wrong(f"{place}: {thing} is missing")
        if other is None:
            _wrong(f"{place}: {thing} is in no migration: {own}")
        if own != other:
            _wrong(f"{place}: {thing} is otherwise than migrations make it: {own}")


def _alike(part: Things, whole: Things, named: str, number: str) -> tuple[Things, Things]:
    """What a generation's table has, and what it must have: all that the whole has, and no more.

    One that is being built is no part yet, and may lack indexes and keys. Rights by its own name may be missing.
    """
    held, made = _by_what_is_said(part, number), _by_what_is_said(whole, number)
    bound = f"{whole['relation'].removeprefix('partitioned ')}, part of {named} FOR VALUES IN ({number})"
    built = part.get("relation") == bound
    made["relation"] = bound if built else bound.partition(",")[0]
    lacking = ("rights",) if built else ("rights", *NAMED_APART)
    return held, {thing: told for thing, told in made.items() if thing in held or not thing.startswith(lacking)}


def _by_what_is_said(things: Things, number: str) -> Things:
    """The same, with what has a name of its own in each generation told by what it says."""
    found = {}
    for thing, told in things.items():
        kind, said = thing.partition(" ")[0], INDEXED.sub("INDEX ", told)
        if said != f"CHECK ((generation = {number}))":
            found[f"{kind} {said}" if kind in NAMED_APART else thing] = told if kind not in NAMED_APART else said
    return found


def _wrong(what: str) -> None:
    raise Wrong(" ".join(what.split()))
