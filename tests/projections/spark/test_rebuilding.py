"""A rebuild by a cluster is the rebuild: the same rows in a served generation, the same hash of its content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pyarrow as pa
import pytest
from tests.projections.spark.conftest import Populated
from tests.projections.standing import catch_up, rows, served, tell
from tests.projections.telling import Told
from typer.testing import CliRunner

from api.command_line import regenerating
from api.command_line.main import app
from projections.generations.generation_audit import check_parts
from projections.generations.parts import PARTS
from projections.generations.rebuild import rebuild
from projections.project import Projected
from projections.rulesets.ruleset import ruleset
from projections.spark import rebuilding
from projections.spark import session as sessions
from projections.spark.parts import part_of
from projections.spark.rebuilding import LINES, SparkParts, pack

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


OVERPAID: list[Told] = [
    {"dossier-opened": {}},
    {"aid-applied": {"application_id": "a", "instrument": "grant"}},
    *({"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}} for _ in range(2)),
]
"""The second payment takes the sum beyond what a table holds: it is set aside."""


def test_a_rebuild_by_spark_serves_what_an_ordinary_one_serves(
    spark: SparkSession, populated: Populated, tmp_path: Path
) -> None:
    owner = populated.log.database.owner
    tell(populated.log, uuid4(), OVERPAID)
    ordinary = rebuild(owner, ruleset(), workers=1)
    before = rows(owner)
    assert len(before["set_aside"]) == 1
    told: list[tuple[int, int]] = []
    by_spark = rebuild(
        owner, ruleset(), progress=lambda done, of: told.append((done, of)), parts=SparkParts(spark, tmp_path)
    )
    assert by_spark == ordinary._replace(generation=ordinary.generation + 1)
    assert served(owner) == by_spark.generation
    assert rows(owner) == before
    with psycopg.connect(owner) as connection:
        check_parts(connection, by_spark.generation)
    assert told[0] == (0, ordinary.events)
    assert told[-1] == (ordinary.events, ordinary.events)
    assert list(tmp_path.iterdir()) == []


def test_the_command_has_the_cluster_build_what_is_served(
    spark: SparkSession, populated: Populated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, by the cluster at hand: starting another takes long, and `indicators run` is tested so."""
    masters: list[str | None] = []
    built: list[int] = []
    load = rebuilding.load_part

    @contextmanager
    def session(master: str | None) -> Iterator[SparkSession]:
        masters.append(master)
        yield spark

    def loading(owner: str, generation: int, part: int, rows: Path) -> int:
        built.append(part)
        return load(owner, generation, part, rows)

    ordinary = rebuild(populated.log.database.owner, ruleset(), workers=1)
    monkeypatch.setattr(sessions, "spark_session", session)
    monkeypatch.setattr(rebuilding, "load_part", loading)
    monkeypatch.setattr(regenerating, "opened", lambda data: nullcontext(populated.log))
    arguments = ["rebuild", "--engine", "spark", "--master", "spark://here:7077", "--scratch", str(tmp_path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        f"generation {ordinary.generation + 1} is served: {ordinary.events} events, {ordinary.dossiers} dossiers",
        f"content {ordinary.content}",
    ]
    assert (sorted(built), masters) == (list(range(PARTS)), ["spark://here:7077"])
    assert f"{ordinary.events} of {ordinary.events} events, " in done.stderr, "with its rate"
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_spark_was_cut_off_in_is_gone_on_with_on_one_machine(
    spark: SparkSession, populated: Populated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what came meanwhile is in it."""
    owner = populated.log.database.owner
    load = rebuilding.load_part
    loaded: list[int] = []

    def cut_off(owner: str, generation: int, part: int, rows: Path) -> int:
        if len(loaded) == 3:
            raise ConnectionError("cut off")
        loaded.append(part)
        return load(owner, generation, part, rows)

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "load_part", cut_off)
        with pytest.raises(ConnectionError):
            rebuild(owner, ruleset(), workers=1, parts=SparkParts(spark, tmp_path))
    tell(populated.log, uuid4(), [{"dossier-opened": {}}])
    told: list[int] = []
    made = rebuild(owner, ruleset(), workers=1, progress=lambda done, of: told.append(done))
    assert told[0] > 0, "what Spark built is not built again"
    assert made.content == rebuild(owner, ruleset(), workers=1).content
    assert catch_up(populated.log.database.app) == 0


def test_a_dossier_lies_in_the_part_where_postgresql_has_it(populated: Populated) -> None:
    dossiers = [uuid4() for _ in range(300)] + [UUID(int=0), UUID(int=2**128 - 1)]
    with psycopg.connect(populated.log.database.owner) as connection:
        for dossier in dossiers:
            held = "SELECT satisfies_hash_partition('journal.event'::regclass, %s, %s, %s::uuid)"
            assert connection.execute(held, (PARTS, part_of(dossier, PARTS), dossier)).fetchone() == (True,)


def test_what_is_set_aside_is_passed_on_with_its_reason() -> None:
    one = Projected(uuid4(), {}, {7: "unreadable: ValueError", 9: "KeyError in aid-paid"})
    told = pa.Table.from_batches(list(pack(1, [(one, 2)])), LINES).to_pylist()
    assert [(row["table"], row["events"], row["dossiers"]) for row in told] == [("counted", 2, 1), ("set_aside", 0, 0)]
    assert {row["part"] for row in told} == {part_of(one.dossier, PARTS)}
    assert rebuilding._set_aside(told[1]["lines"]) == one
