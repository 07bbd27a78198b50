"""A database that its owner changed: each answer and each command says so by name, and none is a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.conftest import connecting, serving
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.posting import HUB

from dossier.database.cluster import SUPERUSER
from dossier.database.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service of its own."""
    with serving(tmp_path_factory.mktemp("tampered") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def auditor(service: Running, truth: Truth) -> Iterator[Client]:
    with connecting(service, truth) as connect:
        yield connect(service.token("auditor"))


@pytest.fixture(scope="module")
def dossier(service: Running, truth: Truth, auditor: Client) -> Iterator[UUID]:
    """A dossier whose history and bundle somebody read."""
    with connecting(service, truth) as connect:
        opened = Poster(HUB, connect(service.token("agency", agency=HUB.id))).open(person={"given_name": "Ysaline"})
        assert auditor.get(f"/v1/dossiers/{opened}/bundle").status_code == 200
        yield opened


@contextmanager
def tampered(data: Path, change: str, back: str) -> Iterator[None]:
    """A statement of whoever holds the database, no trigger hearing of it, and the one that takes it back."""
    with (
        EmbeddedPostgres(data) as server,
        psycopg.connect(server.url(SUPERUSER), autocommit=True) as superuser,
    ):
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(change.encode())
        try:
            yield
        finally:
            superuser.execute(back.encode())


@pytest.mark.parametrize("path", ["/v1/readings", "/v1/dossiers/{}/readings"])
def test_a_reading_of_a_year_before_the_first(service: Running, auditor: Client, dossier: UUID, path: str) -> None:
    change = (
        "ALTER TABLE ledger.reading ADD kept timestamptz; UPDATE ledger.reading SET kept = at, at = '0044-03-15 BC'"
    )
    back = "UPDATE ledger.reading SET at = kept; ALTER TABLE ledger.reading DROP kept"
    with tampered(service.data, change, back):
        assert slug(auditor.get(path.format(dossier))) == "not-what-was-signed"
    assert auditor.get(path.format(dossier)).status_code == 200


def test_a_bundle_from_a_census_that_was_added_to(service: Running, auditor: Client, dossier: UUID) -> None:
    """Of events: none come, so the sealer writes none of these rows meanwhile, as it does of readings."""
    change = (
        "ALTER TABLE seal.census DROP CONSTRAINT census_entries_check; "
        "UPDATE seal.census SET entries = entries || '\\x00' WHERE series = 'events'"
    )
    back = (
        "UPDATE seal.census SET entries = substring(entries FOR length(entries) - 1) WHERE series = 'events'; "
        "ALTER TABLE seal.census ADD CONSTRAINT census_entries_check CHECK (length(entries) % 64 = 0)"
    )
    with tampered(service.data, change, back):
        assert slug(auditor.get(f"/v1/dossiers/{dossier}/bundle")) == "not-what-was-signed"


def test_a_trigger_that_was_switched_off_is_told_in_one_line(service: Running, dossier: UUID) -> None:
    assert service.call("audit", "log", "--no-publications").returncode == 0
    change = "ALTER TABLE registry.agency DISABLE TRIGGER draw_up_deed"
    with tampered(service.data, change, "ALTER TABLE registry.agency ENABLE TRIGGER draw_up_deed"):
        done = service.call("audit", "log", "--no-publications")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("dossier: registry.agency: trigger draw_up_deed is otherwise"), (
        dossier
    )
