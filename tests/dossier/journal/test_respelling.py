"""What persons are found by, made anew after a version that folded names otherwise."""

from __future__ import annotations

from uuid import uuid4

import psycopg
from tests.dossier.journal.drafting import NOW, draft

from dossier.canonical import canonical
from dossier.database.connections import Database
from dossier.journal import Journal
from dossier.journal.respelling import respell


def test_a_person_told_to_an_older_version_is_found_as_this_one_searches(database: Database) -> None:
    journal, elder, other = Journal(database.app), uuid4(), uuid4()
    journal.append([draft(elder, 1, note="x"), draft(other, 1, note="x")], NOW)
    with psycopg.connect(database.owner) as connection:
        for dossier, name, words in ((elder, "Иванова", None), (other, "Zorah", "zorah")):
            personal = canonical({"person": {"family_name": name}})
            connection.execute(
                "UPDATE vault.entry SET (personal, words) = (%s, %s) WHERE dossier = %s", (personal, words, dossier)
            )
    assert journal.search("иванова", 10) == []
    assert respell(database.owner) == 1
    assert [found for found, _ in journal.search("иванова", 10)] == [elder]
    assert respell(database.owner) == 0
    journal.close()
