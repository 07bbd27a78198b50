"""Readings in words: when, who, what of a dossier they saw, and why; for the entrepreneur, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from api.identity.principal import Role
from api.words.telling import Teller
from api.words.words import capital
from dossier.ledger import Entry
from dossier.ledger.purposes import PURPOSES


@dataclass(frozen=True)
class Looked:
    """One reading in words."""

    when: str
    who: str
    what: str
    why: str


def looked(entry: Entry, teller: Teller, viewer: Role | None) -> Looked:
    """A reading as its viewer is told of it: to the entrepreneur it speaks of `you`."""
    words, purpose = teller.words, PURPOSES.get(entry.purpose)
    assert entry.at is not None
    return Looked(
        when=words.moment(entry.at),
        who=capital(_who(entry, teller, viewer)),
        what=words(f"readings.seen.{entry.kind}"),
        why=purpose.told(words.lang, own=viewer == "entrepreneur") if purpose else words("readings.no_reason"),
    )


def told(one: Looked, teller: Teller) -> str:
    """The same as one sentence or two."""
    return teller.words("readings.told", when=one.when, who=one.who, what=one.what, why=one.why)


def _who(entry: Entry, teller: Teller, viewer: Role | None) -> str:
    role = "you" if entry.role == viewer == "entrepreneur" else entry.role
    if entry.agency is None:
        return teller.words(f"readings.who.{role}")
    return teller.words(f"readings.who_for.{role}", agency=teller.agency(entry.agency))
