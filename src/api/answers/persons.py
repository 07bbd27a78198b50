"""Events with their persons, by right: each dossier of which a person is shown is a reading on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from api.following.sight import shown
from api.identity.principal import Principal
from api.identity.rights import sees_person
from api.reader import Reader
from dossier.catalogue import TYPES
from dossier.commitment import join
from dossier.journal import Entry, Journal
from dossier.ledger import Seen
from dossier.refusals import refused
from projections.dossiers.relation import related


def may_see_persons(who: Principal) -> None:
    """Refuse those who never see a person, rather than give them less than they asked for."""
    if not sees_person(who, {who.agency} if who.agency else set()):
        raise refused("forbidden", f"The role `{who.role}` sees no personal fields: ask without `personal=true`.")


def shown_with_persons(journal: Journal, entries: Sequence[Entry], reads: Reader) -> list[dict[str, Any]]:
    """Events with personal fields, on the dossiers whose person the reader sees, as far as the vault has them now.

    Each dossier of which any is shown is one reading in the access ledger. Raises Refused when it cannot be recorded.
    """
    who = reads.who
    dossiers = {entry.dossier for entry in entries}
    if who.role == "agency":
        relations = related(journal, dossiers)
        dossiers = {dossier for dossier in dossiers if sees_person(who, relations[dossier])}
    vault = journal.personal_of(dossiers)
    held = [entry for entry in entries if (entry.dossier, entry.version) in vault]
    last = {entry.dossier: Seen(entry.dossier, entry.version, entry.position) for entry in held}
    reads.records("feed", *last.values())
    return [_joined(entry, vault.get((entry.dossier, entry.version))) for entry in entries]


def _joined(entry: Entry, found: tuple[bytes, bytes] | None) -> dict[str, Any]:
    event = shown(entry)
    if found is not None and entry.type in TYPES:
        event["data"] = join(TYPES[entry.type], event["data"], orjson.loads(found[0]))
    return event
