"""A sealed log with its keys, a backup of it, and empty databases to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.conftest import copied
from tests.posting import HUB, INNOVIRIS, PERSON, accepted, cloud_event, post

from dossier.auditing.whole import audit
from dossier.backups.backup import backup
from dossier.backups.manifest import Manifest
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.decisions import OPERATOR
from dossier.log import Log, running_log
from dossier.sealing.sealer import prepare
from dossier.writing.registration import new_dossier_id

Empty = Callable[[], Database]
"""Makes an empty database."""
OPERATING = HUB._replace(id=OPERATOR, source_prefix="urn:operator")
AWKWARD = 'tab\there, line\nthere, back\\slash, \\N, "quotes", é, 漢, \u2028'


class Kept(NamedTuple):
    """A log, its data directory, its backup, and what was posted to it."""

    database: Database
    data: Path
    directory: Path
    made: Manifest
    dossier: UUID
    erased: UUID
    event: dict[str, Any]
    position: int


def erasure(dossier: UUID, **changed: Any) -> dict[str, Any]:
    """The erasure of a dossier's person, by the operator."""
    data = {"scope": "all", "ground": "request"}
    return cloud_event("personal-data-erased", data, dossier, source="urn:operator", **changed)


def audited(database: Database) -> int:
    """How many events an audit of the whole log finds whole."""
    with psycopg.connect(database.app) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return audit(connection, None, lambda done, of: None).events


def seal(database: Database, data: Path) -> None:
    """Sign where the log stands."""
    prepare(database.app, data, "log.example/test")


@pytest.fixture(scope="module")
def kept(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A backup of a log with a person, an erased one, and values that are awkward to write."""
    directory = tmp_path_factory.mktemp("kept")
    data = directory / "data"
    with running_log(shared_database) as log:
        log.register(HUB, INNOVIRIS)
        dossier, erased = new_dossier_id(), new_dossier_id()
        event, position = fill(log, dossier, erased)
    subscribed(shared_database)
    seal(shared_database, data)
    (data / "keys" / "token.key").write_bytes(b"0123456789abcdef0123456789abcdef")
    made = backup(shared_database.owner, data, directory / "backup")
    return Kept(shared_database, data, directory / "backup", made, dossier, erased, event, position)


def fill(log: Log, dossier: UUID, erased: UUID) -> tuple[dict[str, Any], int]:
    """Post a journey; an event of it and its position."""
    for about in (dossier, erased):
        person = PERSON | {"family_name": AWKWARD.replace("\n", " ")}
        [outcome] = post(log, cloud_event("dossier-opened", {"person": person}, about))
        accepted(outcome)
    event = cloud_event("contact-made", {"channel": "C:\\é \\N", "note": AWKWARD}, dossier)
    [outcome] = post(log, event)
    position = accepted(outcome).position
    [outcome] = post(log, erasure(erased), agency=OPERATING)
    accepted(outcome)
    return event, position


def subscribed(database: Database) -> None:
    """Somebody follows by webhook: a row with bytes, an array, a null array and times."""
    with psycopg.connect(database.owner) as connection:
        connection.execute(
            "INSERT INTO webhook.subscription (id, agency, url, types, position, secret)"
            " VALUES (%s, 'hub', 'https://hub.example/hook', %s, 3, %s)",
            (uuid4(), ["a,b", '"c"', AWKWARD], bytes(range(256))),
        )


@pytest.fixture
def empty(server: EmbeddedPostgres) -> Iterator[Callable[[], Database]]:
    """Empty databases, as a new server has them."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(copied(server, "template1"))
