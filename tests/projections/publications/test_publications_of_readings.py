"""What was published of readings is counted again too, also once a person who counted is erased."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.posting import HUB, cloud_event, post
from tests.projections.standing import catch_up, tell

from dossier.database.cluster import SUPERUSER
from dossier.database.embedded import EmbeddedPostgres
from dossier.decisions import OPERATOR
from dossier.ledger import Entry, Seen
from dossier.log import Log
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FactsReader
from projections.publications.press import Press
from projections.publications.publication_audit import audit_publications

PERSON = {"given_name": "Amina", "family_name": "Publiée"}
METER = indicator("re-explaining")
Change = Callable[[str], None]


@pytest.fixture
def dossiers(journal_log: Log) -> list[UUID]:
    """Twelve dossiers that the hub filled in, and finance read and sent again; the meter is published of them."""
    made = [new_dossier_id() for _ in range(12)]
    for number, dossier in enumerate(made):
        tell(journal_log, dossier, [{"dossier-opened": {"person": PERSON}}])
        journal_log.ledger.record(Entry(Seen(dossier, 1, number + 1), "adviser", "guidance", "page", "finance"))
    for dossier in made:
        tell(journal_log, dossier, [{"profile-updated": {"person": PERSON | {"given_name": "A."}}, "by": "finance"}])
    catch_up(journal_log.database.app)
    press = Press(journal_log.journal, journal_log.database.app, FactsReader(journal_log.journal))
    assert press.current(METER)
    return made


@pytest.fixture
def change(server: EmbeddedPostgres, journal_log: Log) -> Change:
    """Changes what was published, as somebody may who may do anything."""

    def execute(statement: str) -> None:
        name = str(conninfo_to_dict(journal_log.database.owner)["dbname"])
        with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
            superuser.execute("SET session_replication_role = replica")
            assert superuser.execute(statement.encode()).rowcount == 1

    return execute


def audited(log: Log) -> int:
    with psycopg.connect(log.database.app) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return audit_publications(connection, log.database.app, lambda done, of: None)


def test_it_passes_before_an_erasure_and_after_it(journal_log: Log, dossiers: list[UUID]) -> None:
    assert audited(journal_log) == 1
    operator = HUB._replace(id=OPERATOR, source_prefix="urn:operator")
    data = {"scope": "all", "ground": "request"}
    post(journal_log, cloud_event("personal-data-erased", data, dossiers[0], operator), agency=operator)
    assert audited(journal_log) == 1


@pytest.mark.usefixtures("dossiers")
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("SET certificate = jsonb_set(certificate, '{readings}', '\"11\"')", "these are other readings"),
        ("SET certificate = jsonb_set(certificate, '{readings}', '\"99\"')", "does not reach number 99"),
        ("SET certificate = certificate - 'readings'", "does not say how many readings"),
        (
            "SET certificate = jsonb_set(certificate - 'readings_root', '{readings}', '\"11\"')",
            "its contributions are not",
        ),
    ],
)
def test_other_readings_than_those_it_counts_are_found(
    journal_log: Log, change: Change, statement: str, reason: str
) -> None:
    change(f"UPDATE statistics.publication {statement}")
    with pytest.raises(Wrong, match=f"^statistics.publication: re-explaining, number 1: .*{reason}"):
        audited(journal_log)


@pytest.mark.usefixtures("dossiers")
def test_what_a_version_published_that_kept_nothing_at_erasures_is_taken_as_kept(
    journal_log: Log, change: Change
) -> None:
    """Its certificate has no root of the readings, either."""
    change("UPDATE journal.event SET agency = 'citydev' WHERE position = 1")
    with pytest.raises(Wrong, match="its contributions are not"):
        audited(journal_log)
    change("UPDATE statistics.publication SET program = NULL, certificate = certificate - 'readings_root'")
    assert audited(journal_log) == 1
