"""The committed schema is what the migrations make."""

import psycopg

from dossier.database import catalog
from dossier.database.connections import Database
from dossier.database.schema import committed, schema


def test_the_committed_schema_is_that_of_all_migrations(database: Database) -> None:
    assert schema(database.owner) == committed().read_text(), "run scripts/schema and read what changed"


def test_the_committed_catalog_is_that_of_all_migrations(database: Database) -> None:
    with psycopg.connect(database.app) as connection:
        found = catalog.catalog(connection)
    assert catalog.text(found) == catalog.committed().read_text(), "run scripts/schema and read what changed"
    assert found == catalog.expected()
