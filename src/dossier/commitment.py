"""Parting a fact from its person: what the log keeps, what the vault keeps, and what binds the two."""

from __future__ import annotations

import hashlib
from typing import Any

from dossier.canonical import canonical
from dossier.catalogue import EventCorrected, Fact

SALT_BYTES = 32


def as_json(fact: Fact) -> dict[str, Any]:
    """A fact as JSON has it, under the names of its schema; absent fields are left out."""
    aliases, told = fact.ALIASES, fact.__dict__
    if aliases:
        return {aliases.get(name, name): value for name, value in told.items() if value is not None}
    if None in told.values():
        return {name: value for name, value in told.items() if value is not None}
    return told.copy()  # as facts restored from the log are


def split(fact: Fact, target: type[Fact] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fact -> (what may stand in the log for good, what belongs in the vault).

    The replacement data of a correction is parted by the schema of the corrected type, `target`.
    """
    public = as_json(fact)
    if not fact.PERSONAL:
        return public, {}
    personal = {name: public.pop(name) for name in fact.PERSONAL if name in public}
    if target is not None and isinstance(fact, EventCorrected):
        kept = dict(public["data"])
        hidden = {name: kept.pop(name) for name in target.PERSONAL if name in kept}
        public["data"] = kept
        if hidden:
            personal["data"] = hidden
    return public, personal


def join(kind: type[Fact], public: dict[str, Any], personal: dict[str, Any] | None) -> dict[str, Any]:
    """What `split` parted, whole again; without the personal part when there is none."""
    if not personal:
        return public
    whole = {**public, **personal}
    if kind is EventCorrected and "data" in personal:
        whole["data"] = {**public["data"], **personal["data"]}
    return whole


def commit(salt: bytes, personal: bytes) -> str:
    """The commitment an event keeps to its personal fields (canonical JSON): `sha256:<hex>` of salt and bytes.

    With a random salt of 32 bytes nothing about the person can be guessed from it once the salt is gone.
    """
    return "sha256:" + hashlib.sha256(salt + personal).hexdigest()


def personal_bytes(personal: dict[str, Any]) -> bytes:
    """The bytes a commitment speaks of."""
    return canonical(personal)
