"""What changed since a visitor's own last visit, in words: the new facts, and the state before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.pages.contexts import Visited
from api.reader import Reader
from api.words.telling import Teller
from dossier.catalogue import TYPES
from projections.dossiers.changes import changes
from projections.dossiers.dossiers import Dossiers
from projections.dossiers.state_difference import Change

DAY = re.compile(r"\d{4}-\d\d-\d\d")
AMOUNT = re.compile(r"\d+\.\d\d")
NUMBER = re.compile(r"\d{10}")
CURRENCY = re.compile(r"[A-Z]{3}")
QUIET = ("first_contact", "last_contact", "because", "since", "legal_identifier_as_supplied")
"""What changes with every fact, and what another line says already."""
TOLD = (
    "phase", "sector", "size_class", "enterprises", "project", "team", "open_referrals", "open_applications",
    "objectives", "premises", "aid", "figures", "growth", "mandates", "consents", "linked", "flags",
    "person", "language", "opened_on",
)  # fmt: skip
"""The fields of a state that have a name on the page; others are `other`."""
AMENDED = ("retracted", "corrected")
OWN_IDS = ("open_referrals", "open_applications", "objectives", "flags")
"""What is told apart by an id that an agency gave."""
NAMING = ("flag", "value", "agency", "legal_identifier", "service", "scheme", "kind", "site", "period", "title", "nace")
"""What a thing that came or went is called by, the first that it has."""


def told(dossiers: Dossiers, dossier: UUID, reader: Reader, teller: Teller) -> Visited | None:
    """What changed since the reader's visit before this one; None when this is the first."""
    last = reader.last_visit(dossier)
    found = changes(dossiers, dossier, last.seen.position, personal=True) if last else None
    if last is None or found is None or last.at is None:
        return None
    return Visited(
        when=teller.words.moment(last.at),
        facts=[(f"p{entry['position']}", fact(entry, last.seen.position, teller)) for entry in found.entries],
        differences=[line for change in found.differences if (line := difference(change, teller))],
    )


def difference(change: Change, teller: Teller) -> tuple[str, ...] | None:
    """What, before and now; None for what a reader need not be told."""
    top, *steps = [step.replace("~1", "/").replace("~0", "~") for step in change.field.split("/")[1:]]
    leaf = steps[-1] if steps else top
    before, after = (_value(leaf, value, top, teller) for value in (change.before, change.after))
    if leaf in QUIET or before == after:
        return None
    named = [_step(step, top, teller) for step in steps if step != "value"]
    what = teller.words(f"changes.fields.{top if top in TOLD else 'other'}")
    return (f"{teller.words('figures.colon')} ".join([what, *named]), before, after)


def fact(entry: Mapping[str, Any], since: int, teller: Teller) -> str:
    """A fact newly known: recorded since a position, or corrected or taken back since, and then it says so."""
    words = teller.words
    parts = [TYPES[entry["type"]].LABEL[words.lang], teller.agency(entry["agency"])]
    parts.append(words.day(entry["time"], entry["timeprecision"]))
    parts += [words(f"dossier.{how}") for how in AMENDED if int(entry.get(f"{how}_by", 0)) > since]
    return " · ".join(parts)


def _step(step: str, top: str, teller: Teller) -> str:
    """A field by its name; an item by what tells it apart, of which an agency's own id stays as it wrote it."""
    try:
        return teller.words.field(step)
    except KeyError:
        return " ".join(_named(word, top, teller) for word in step.split(" "))


def _named(word: str, top: str, teller: Teller) -> str:
    if teller.knows(word):
        return teller.agency(word)
    if DAY.fullmatch(word):
        return teller.words.day(word)
    if NUMBER.fullmatch(word):
        return teller.numbers(word)
    if top == "premises":
        return teller.value("site", word)
    known = teller.words.term(word)
    return word if top in OWN_IDS and known == word.replace("-", " ") else known


def _value(leaf: str, value: Any, top: str, teller: Teller) -> str:
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, Mapping) and (leaf == "seat" or value.keys() >= {"version", "code"}):
        return teller.seat(value) if leaf == "seat" else teller.nace(value)
    if top == "growth":
        return _grown(leaf, value, teller)
    if isinstance(value, Mapping):
        name = next((name for name in NAMING if value.get(name)), None)
        parts = {name: value[name]} if name else value
        return teller.words.listed(
            [_value(key, one, top, teller) for key, one in parts.items() if one and key != "because"]
        )
    if isinstance(value, list):
        return teller.words.listed([_value(leaf, one, top, teller) for one in value])
    return _plain(leaf, value, top, teller)


def _grown(leaf: str, value: Any, teller: Teller) -> str:
    """High growth, or a part of it: its `from` and `to` are years, those of an event are days."""
    if isinstance(value, Mapping):
        parts = {name: _grown(name, value[name], teller) for name in ("high", "from", "to", "ratio")}
        return teller.words("changes.growth", since=parts.pop("from"), **parts)
    if leaf in ("from", "to"):
        return str(value)
    return teller.words.number(value) if leaf == "ratio" else _plain(leaf, value, "growth", teller)


def _plain(leaf: str, value: Any, top: str, teller: Teller) -> str:
    if isinstance(value, bool):
        return teller.words(f"changes.{'true' if value else 'false'}")
    if isinstance(value, str) and DAY.fullmatch(value):
        return teller.words.day(value)
    if top == "figures" and isinstance(value, str) and CURRENCY.fullmatch(value):
        return value  # under the name of the amount that is in it
    if top == "aid" and isinstance(value, str) and AMOUNT.fullmatch(value):
        return teller.words.money(value)
    return teller.value(leaf, value)
