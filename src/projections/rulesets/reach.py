"""How far a rule reaches: which tables, which fields of the current dossier and which indicators read it.

Each declares what it reads, by name or with a `*` at the end. A test has each of them read through a ruleset that
notes what it is asked: one that reads more than it declares fails.
"""

from __future__ import annotations

from collections.abc import Iterable

PHASE = ("phase.*",)
SECTOR = ("sector.*",)
SIZE = ("size.*",)
REFERRAL = ("referral.*",)
GROWTH = ("growth.*",)
WORTH = (
    "de-minimis.counts",
    "de-minimis.ceiling",
    "de-minimis.loan.safe-harbour",
    "de-minimis.guarantee.safe-harbour",
)
"""What the gross grant equivalent of an aid reads: of capital, whether all of it is within the ceiling."""
ROOM = ("de-minimis.*",)
"""What the aid room reads; it is made when a dossier is read and stands in no table (see `aid_room`)."""
DISCLOSURE = ("disclosure.*",)
"""What disclosure control reads when a figure is answered; what it hides stands in no table (see `disclosure`)."""

TABLE_READS: dict[str, tuple[str, ...]] = {
    "current": (*PHASE, *SECTOR, *SIZE, *GROWTH, *REFERRAL),
    "timeline": (),
    "fact_dossier": (*PHASE, *SECTOR, *SIZE),
    "fact_presence": (),
    "fact_phase": (),
    "fact_aid": (*SECTOR, *WORTH),
    "fact_referral": REFERRAL,
    "fact_objective": (),
    "fact_growth": GROWTH,
    "fact_enterprise": SECTOR,
    "fact_figure": (),
    "fact_technology": (),
    "fact_activity": (),
    "fact_topic": (),
    "fact_stay": (),
    "fact_tie": (),
    "fact_delivery": (),
    "statement": (),
}
FIELD_READS: dict[str, tuple[str, ...]] = {
    "phase": PHASE,
    "sector": SECTOR,
    "size_class": SIZE,
    "growth": GROWTH,
    "open_referrals": REFERRAL,
    "aid": ROOM,
    "flags": ROOM,
}
"""Field of the current dossier -> what it reads; a field that is not here reads no rule."""
COLUMN_READS: dict[tuple[str, str], tuple[str, ...]] = {
    ("fact_dossier", "phase"): PHASE,
    ("fact_dossier", "phase_since"): PHASE,
    ("fact_dossier", "ict"): SECTOR,
    ("fact_dossier", "size_class"): SIZE,
    ("fact_aid", "ict"): SECTOR,
    ("fact_aid", "equivalent"): WORTH,
    ("fact_enterprise", "ict"): SECTOR,
    ("fact_growth", "number"): GROWTH,
    ("fact_growth", "enterprise"): GROWTH,
    ("fact_growth", "first_year"): GROWTH,
    ("fact_growth", "last_year"): GROWTH,
    ("fact_growth", "start_fte"): GROWTH,
    ("fact_growth", "end_fte"): GROWTH,
    ("fact_growth", "high"): GROWTH,
    ("fact_referral", "answer_due"): REFERRAL,
    ("fact_referral", "completion_due"): REFERRAL,
}
"""Column of the facts -> what it reads: an indicator that uses the column reads these rules."""
MADE_OF = {"sector": "ict"}
"""Dimension of indicators -> the column it is made of, where that has another name."""


def reads(declared: Iterable[str], rule: str) -> bool:
    """Whether a declaration covers a rule."""
    return any(rule == name or (name.endswith("*") and rule.startswith(name[:-1])) for name in declared)


def reached_tables(changed: Iterable[str]) -> tuple[str, ...]:
    """The tables that rules reach: the others are the same under both rulesets."""
    rules = list(changed)
    return tuple(table for table, declared in TABLE_READS.items() if any(reads(declared, rule) for rule in rules))


def reached_dimensions(dimensions: Iterable[str], changed: Iterable[str]) -> list[str]:
    """Those of an indicator's dimensions by which rows fall otherwise once these rules have changed."""
    rules = list(changed)
    reached = {column for (_, column), declared in COLUMN_READS.items() if any(reads(declared, rule) for rule in rules)}
    return [name for name in dimensions if MADE_OF.get(name, name) in reached]


def reaches_room(changed: Iterable[str]) -> bool:
    """Whether rules reach the aid room."""
    return any(reads(ROOM, rule) for rule in changed)


def reaches_disclosure(changed: Iterable[str]) -> bool:
    """Whether rules reach what is hidden of figures."""
    return any(reads(DISCLOSURE, rule) for rule in changed)
