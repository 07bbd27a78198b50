"""The schema as one text: what all migrations together make, committed as schema.sql to read and compare.

Beside it stands `catalog.txt`: the same as the audit finds it in a live database, rights and owners included.
"""

import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

from dossier.database import catalog
from dossier.database.cluster import program
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable
from dossier.database.migrate import migrate

NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*)\n", re.MULTILINE)


def committed() -> Path:
    """The file that `scripts/schema` renews."""
    return Path(__file__).with_name("schema.sql")


def schema(owner: str) -> str:
    """The schema of a database as pg_dump tells it, without what differs between two dumps of one schema."""
    command = [str(program("pg_dump")), "--schema-only", "--no-owner", f"--dbname={owner}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    if done.returncode != 0:
        raise DatabaseUnavailable(f"pg_dump failed: {done.stderr.strip()}")
    return re.sub(r"\n{2,}", "\n\n", NOISE.sub("", done.stdout)).strip() + "\n"


def renew() -> None:
    """Write schema.sql and catalog.txt anew from a freshly migrated database."""
    with tempfile.TemporaryDirectory() as data, EmbeddedPostgres(Path(data)) as server:
        migrate(server.url("dossier_owner"))
        committed().write_text(schema(server.url("dossier_owner")))
        with psycopg.connect(server.url("dossier_owner")) as connection:
            catalog.committed().write_text(catalog.text(catalog.catalog(connection)))


if __name__ == "__main__":
    renew()
