"""The audit of generations that are not served: what a rebuild replaced, and drafts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
import pytest
from tests.posting import AGENCIES
from tests.projections.facts.journey import JOURNEY
from tests.projections.standing import catch_up, tell

from dossier.database.connections import Database
from dossier.log import running_log
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.generations import generations
from projections.generations.auditing import audit_projections, begin_snapshot
from projections.generations.generations import SQL, ensure_served
from projections.generations.rebuild import build, rebuild
from projections.rulesets.ruleset import ruleset

OLDER = "UPDATE projection.generation SET program = 'older'"
KEPT = "(SELECT id FROM projection.generation WHERE status = 'kept')"
DRAFT = "(SELECT id FROM projection.generation WHERE status = 'draft')"


class Beside(NamedTuple):
    """A log of which one generation is served, one was, and one is a draft; a dossier came after each."""

    owner: psycopg.Connection[Any]
    database: Database

    def audit(self) -> int:
        return audit_projections(self.owner, self.database.app, lambda done, of: None)

    def found(self, told: str) -> None:
        with pytest.raises(Wrong, match=told):
            self.audit()
        self.owner.rollback()


@pytest.fixture
def beside(database: Database) -> Iterator[Beside]:
    ensure_served(database.owner, ruleset())
    with running_log(database) as log:
        log.register(*AGENCIES.values())
        tell(log, new_dossier_id(), JOURNEY)
        catch_up(database.app)
        rebuild(database.owner, ruleset(), workers=1)
        tell(log, new_dossier_id(), JOURNEY)
        catch_up(database.app)
        with psycopg.connect(database.owner, autocommit=True) as building:
            draft = build(building, database.owner, ruleset(), workers=1)
            building.execute(SQL["drafted"], (draft.generation,))
        tell(log, new_dossier_id(), JOURNEY)
        catch_up(database.app)
        with psycopg.connect(database.owner) as owner:
            owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Beside(owner, database)


def test_each_passes_as_of_where_it_stands(beside: Beside) -> None:
    assert beside.audit() == 3


@pytest.mark.parametrize("generation", [KEPT, DRAFT])
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("current", "phase = phase || 'x'"),
        ("timeline", "entries = '[]'"),
        ("fact_aid", "amount = amount + 0.01"),
    ],
)
def test_what_was_changed_in_one_that_is_not_served_is_found(
    beside: Beside, generation: str, table: str, change: str
) -> None:
    beside.owner.execute(f"UPDATE projection.{table} SET {change} WHERE generation = {generation}".encode())
    beside.found(f"^projection.{table}: dossier .* is not what a replay of the log makes")


def test_what_another_program_made_is_held_against_the_hash_taken_when_it_was_put_by(beside: Beside) -> None:
    with psycopg.connect(beside.database.owner, autocommit=True) as owner:
        owner.execute(OLDER)
        rebuild(beside.database.owner, ruleset(), workers=1)
        assert owner.execute("SELECT count(*), count(content) FROM projection.generation WHERE program = 'older'"
                             ).fetchone() == (1, 1)  # fmt: skip
    assert beside.audit() == 3
    beside.owner.execute(f"UPDATE projection.current SET phase = phase || 'x' WHERE generation = {KEPT}".encode())
    beside.found("^projection.generation: generation . holds other rows than when it was put by")


def test_one_that_was_dropped_since_is_left_out(beside: Beside) -> None:
    beside.owner.execute("SELECT 1")
    with psycopg.connect(beside.database.owner, autocommit=True) as owner:
        [draft] = owner.execute(DRAFT).fetchone() or (0,)
        generations.drop(owner, draft)
    assert beside.audit() == 3


def test_rebuilds_take_nothing_away_from_an_audit_and_let_everybody_read(beside: Beside) -> None:
    begin_snapshot(beside.owner)
    [before] = beside.owner.execute("SELECT count(*) FROM projection.generation").fetchone() or (0,)
    for _ in range(2):  # the second would drop what the snapshot says is served
        rebuild(beside.database.owner, ruleset(), workers=1)
    assert beside.audit() == 3
    with psycopg.connect(beside.database.owner, autocommit=True) as owner:
        [generation] = owner.execute(KEPT[1:-1] + " ORDER BY id LIMIT 1").fetchone() or (0,)
        with pytest.raises(generations.StillRead, match=f"^generation {generation} is being read"):
            generations.drop(owner, generation)
        assert owner.execute("SELECT count(*) FROM projection.generation").fetchone() == (before + 2,)
        beside.owner.rollback()
        rebuild(beside.database.owner, ruleset(), workers=1)
        assert owner.execute("SELECT count(*) FROM projection.generation").fetchone() == (before,)
