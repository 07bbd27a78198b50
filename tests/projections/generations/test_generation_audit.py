"""The audit of a generation's own words: from where it was built, and what it set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
import pytest
from tests.posting import AGENCIES
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told

from dossier.database.connections import Database
from dossier.log import running_log
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.generations.auditing import audit_projections
from projections.generations.generations import ensure_served
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

OVERPAID: list[Told] = [
    {"dossier-opened": {}},
    {"aid-applied": {"application_id": "a", "instrument": "grant"}},
    *({"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}} for _ in range(2)),
]
"""The second payment takes the sum beyond what a table holds: it is set aside."""


class Rebuilt(NamedTuple):
    """A log that went on after its generation was rebuilt, by who may do anything to that."""

    connection: psycopg.Connection[Any]
    app: str

    def audit(self) -> int:
        return audit_projections(self.connection, self.app, lambda done, of: None)


@pytest.fixture(scope="module")
def rebuilt(shared_database: Database) -> Iterator[Rebuilt]:
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        for _ in range(5):
            tell(log, new_dossier_id(), OVERPAID)
        catch_up(shared_database.app)
        rebuild(shared_database.owner, ruleset(), workers=1)
        tell(log, new_dossier_id(), OVERPAID)
        catch_up(shared_database.app)
        with psycopg.connect(shared_database.owner) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Rebuilt(connection, shared_database.app)


@pytest.fixture(autouse=True)
def taken_back(rebuilt: Rebuilt) -> Iterator[None]:
    yield
    rebuilt.connection.rollback()


def test_what_was_rebuilt_and_went_on_passes(rebuilt: Rebuilt) -> None:
    held = rebuilt.connection.execute("SELECT count(*) FROM projection.set_aside s JOIN projection.generation g "
                                      "ON g.id = s.generation WHERE g.status = 'served'").fetchone()  # fmt: skip
    assert held == (6,)
    assert rebuilt.audit() == 6


def test_a_generation_of_which_nothing_was_projected_has_no_parts(rebuilt: Rebuilt) -> None:
    rebuilt.connection.execute("DELETE FROM projection.part")
    rebuilt.connection.execute("UPDATE projection.generation SET tables = '{}'")
    assert rebuilt.audit() == 6


SERVED = "(SELECT id FROM projection.generation WHERE status = 'served')"
STATEMENTS = {
    "UPDATE projection.generation SET start = start - 1": "projection.part: part",
    "UPDATE projection.generation SET start = position + 1": "projection.generation: it cannot have been begun",
    "UPDATE projection.generation SET start = -1": "projection.generation: it cannot have been begun",
    "UPDATE projection.generation SET tables = '{current,current}'": "projection.generation: it names tables",
    "UPDATE projection.generation SET tables = '{evil}'": "projection.generation: it names tables",
    f"UPDATE projection.part SET events = 99 WHERE generation = {SERVED} AND part = 3": "projection.part: part 3",
    f"UPDATE projection.part SET dossiers = dossiers + 1 WHERE generation = {SERVED}": "projection.part: part 0",
    f"DELETE FROM projection.part WHERE generation = {SERVED} AND part = 7": "projection.part: part 7",
    "DELETE FROM projection.part": "projection.part: part 0",
    f"INSERT INTO projection.part VALUES ({SERVED}, 8, 0, 0)": "projection.part: part 8",
    "UPDATE projection.set_aside SET dossier = gen_random_uuid()": "projection.set_aside: position 4 ",
    "UPDATE projection.set_aside SET reason = 'x' WHERE position = 8": "projection.set_aside: position 8 ",
    "DELETE FROM projection.set_aside WHERE position = 8": "projection.set_aside: position 8 ",
    "UPDATE projection.set_aside SET position = position + 1000": "projection.set_aside: position 4 ",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_whatever_it_says_otherwise_is_found_and_named(rebuilt: Rebuilt, statement: str) -> None:
    rebuilt.connection.execute(statement.encode())
    with pytest.raises(Wrong) as found:
        rebuilt.audit()
    assert str(found.value).startswith(STATEMENTS[statement])
