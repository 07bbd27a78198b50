"""One DuckDB serves all that is counted in a process: what one count is given, no other sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from projections.counting.engine import fresh


def counted(number: int) -> list[int]:
    """What a count of so many rows says, many times over, each in a database of the same names."""
    found = []
    for _ in range(20):
        with fresh() as database:
            database.register("given", pa.table({"n": list(range(number))}))
            database.execute("CREATE TEMPORARY VIEW seen AS SELECT count(*) AS rows FROM given")
            found.append(database.execute("SELECT rows FROM seen").fetchall()[0][0])
    return found


def test_counts_at_the_same_time_do_not_meet() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(counted, range(1, 25))) == [[number] * 20 for number in range(1, 25)]


def test_nothing_is_left_for_the_next() -> None:
    with fresh() as database:
        database.register("given", pa.table({"n": [1]}))
        database.execute("CREATE TEMPORARY VIEW seen AS SELECT * FROM given")
    with fresh() as database:
        for name in ("given", "seen"):
            with pytest.raises(duckdb.CatalogException):
                database.execute(f"SELECT * FROM {name}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}.db'",
        "SET enable_external_access = true",
        "SET threads = 1",
        "SELECT * FROM beside",
    ],
)
def test_a_query_reaches_nothing_but_what_is_registered(query: str, tmp_path: Path) -> None:
    """No file, no way to open the door, no variable of the program that runs it."""
    beside = pa.table({"n": [1]})
    file = tmp_path / "beside.csv"
    file.write_text(f"n\n{beside.num_rows}\n")
    with fresh() as database, pytest.raises(duckdb.Error):
        database.execute(query.format(file=file))
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
