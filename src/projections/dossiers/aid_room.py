"""The aid room of a dossier: how the undertakings of its enterprises stand, on a day, in its state and its flags."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.rulesets.ruleset import Ruleset
from projections.undertaking import answer
from projections.undertaking.de_minimis import NoRegulation, Undertaking
from projections.undertaking.flags import doubts, exceeded
from projections.undertaking.single_undertaking import merged
from projections.undertaking.statement import Said

Document = dict[str, Any]


def with_room(document: Document, said: Said, rules: Ruleset, on: date, known: date | None = None) -> Document:
    """A dossier's state with `aid.de_minimis` (of its first active enterprise), `aid.undertakings` and their flags.

    `on` is the day of the room, `known` (else the same) that as of which a grant is judged a breach. Never stored: it
    changes with the day, and with what other dossiers say.
    """
    undertakings = _undertakings(document, said, rules, on)
    aid = document["aid"] | {"de_minimis": undertakings[0] if undertakings else None, "undertakings": undertakings}
    return document | {"aid": aid, "flags": [*document["flags"], *_flags(document["id"], said, rules, known or on)]}


def _undertakings(document: Document, said: Said, rules: Ruleset, on: date) -> list[Document]:
    """One position for each undertaking of the active enterprises, in their order; none where no regulation holds."""
    found: list[Document] = []
    shown: list[set[str]] = []
    for number in _active(document, said, on):
        undertaking = Undertaking(number, said, rules)
        members = set(undertaking.members(on))
        if members not in shown:  # holdings of one public body have that member in common, and are not the same
            try:
                position = answer.position(undertaking, on)
            except NoRegulation:
                return []
            shown.append(members)
            found.append(position | {"grants": [_without_other(document, grant) for grant in position["grants"]]})
    return found


def _active(document: Document, said: Said, on: date) -> list[str]:
    """The active enterprises in their order, those last that went into another by a merger told on another dossier."""
    numbers = [one["legal_identifier"] for one in document["enterprises"] if one["status"] == "active"]
    gone = {number for number, merger in merged(said.restructurings).items() if merger.on <= on.isoformat()}
    return sorted(numbers, key=gone.__contains__)


def _without_other(document: Document, grant: Document) -> Document:
    """A grant of another dossier does not say of which."""
    return {name: value for name, value in grant.items() if name != "dossier" or value == document["id"]}


def _flags(dossier: str, said: Said, rules: Ruleset, known: date) -> list[Document]:
    """What is amiss with this dossier's own grants, in the order of their applications."""
    numbers = sorted({grant.enterprise for grant in said.grants if grant.dossier == dossier})
    flags: list[Document] = []
    for number in numbers:
        undertaking = Undertaking(number, said, rules)
        flags += exceeded(undertaking, dossier, known) + doubts(undertaking, dossier)
    return sorted(flags, key=lambda flag: (flag["application_id"], flag["flag"]))
