"""The log as Parquet: typed, exact, described, and read alike by DuckDB, pandas and Arrow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from tests.dossier.exporting.conftest import NUMBER, Told
from tests.strategies import events

from dossier.commitment import as_json, split
from dossier.event import Event, seal
from dossier.exporting import parquet
from dossier.exporting.columns import COLUMNS, FIELDS, fields_of
from dossier.exporting.formats import export
from dossier.exporting.stored import Exported


@pytest.fixture(scope="module")
def path(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parquet") / "log.parquet"
    export(told.database.reader, path, "parquet")
    return path


@pytest.fixture(scope="module")
def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def of_type(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The first row of a type, without what it leaves empty."""
    row = next(row for row in rows if row["type"] == f"brussels.dossier.{name}.v1")
    return {name: value for name, value in row.items() if value is not None}


def test_there_is_one_row_for_every_event(rows: list[dict[str, Any]], told: Told) -> None:
    assert [row["position"] for row in rows] == list(range(1, told.events + 1))


def test_money_days_and_both_clocks_are_exact(rows: list[dict[str, Any]]) -> None:
    decided = of_type(rows, "aid-decided")
    assert decided["amount"] == Decimal("98765432109876.50")
    assert decided["legal_right_conferred_on"] == date(2026, 2, 27)
    assert decided["time"] == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert decided["day"] == date(2026, 3, 2)  # in Brussels
    assert decided["recordedtime"].tzinfo is not None
    assert decided["legal_identifier"] == NUMBER


def test_measures_and_nested_fields_have_columns(rows: list[dict[str, Any]]) -> None:
    assert of_type(rows, "figures-reported")["headcount_fte"] == Decimal("3.25")
    assert of_type(rows, "premises-entered")["area_m2"] == Decimal("40.5")
    created = of_type(rows, "enterprise-created")
    assert (created["nace_version"], created["nace_code"]) == ("2025", "62.10")
    assert (created["postcode"], created["nis"]) == ("1000", "21004")
    assert of_type(rows, "event-corrected")["corrects"] == of_type(rows, "aid-decided")["position"]


def test_every_reader_reads_the_same(path: Path, told: Told) -> None:
    with duckdb.connect() as connection:
        query = "SELECT count(*), sum(amount), max(recordedtime) FROM read_parquet(?)"
        [by_duckdb] = connection.execute(query, [str(path)]).fetchall()
    frame = pd.read_parquet(path)
    amounts = [amount for amount in frame["amount"] if amount is not None]
    assert by_duckdb[:2] == (told.events, sum(amounts)) == (len(frame), sum(amounts))
    assert by_duckdb[2] == frame["recordedtime"].max().to_pydatetime()
    assert pq.ParquetFile(path).metadata.num_rows == told.events


def test_every_column_says_what_it_means(path: Path) -> None:
    schema = pq.read_schema(path)
    assert schema.names == [column.name for column in (*COLUMNS, *FIELDS)]
    for field in schema:
        assert field.metadata[b"description"], field.name
    assert schema.field("position").type == pa.int64()
    assert schema.field("amount").type == pa.decimal128(17, 2)
    assert pa.types.is_dictionary(schema.field("agency").type)
    assert schema.field("time").type == pa.timestamp("us", tz="UTC")


def test_what_is_in_no_column_is_in_data(rows: list[dict[str, Any]]) -> None:
    assert orjson.loads(of_type(rows, "referral-made")["data"])["second_choice"] == {"agency": "finance"}


def test_row_groups_bound_what_memory_holds(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 4)
    monkeypatch.setattr(parquet, "BATCH", 2)
    table = pq.read_table(path)
    events = [exported_row(row) for row in table.to_pylist()[:9]]
    with (tmp_path / "small").open("wb") as file:
        parquet.write_parquet(file, events)
    small = pq.ParquetFile(tmp_path / "small").metadata
    assert [small.row_group(n).num_rows for n in range(small.num_row_groups)] == [4, 4, 1]


def exported_row(row: dict[str, Any]) -> Exported:
    """An event again, from its row: enough to write it anew."""
    body = {name: row[name] for name in ("dossier", "version", "type", "agency", "source", "id", "timeprecision")}
    clocks = {name: row[name].isoformat() for name in ("time", "recordedtime")}
    stored = body | clocks | {"data": orjson.loads(row["data"])}
    return Exported(row["position"], orjson.dumps(stored), stored)


@given(event=events())
def test_every_event_the_catalogue_allows_has_a_row(event: Event) -> None:
    public, _ = split(event.data)
    stored = seal(event, public)
    row = Exported(1, stored, orjson.loads(stored))
    batch = parquet._batch([row], parquet.schema())
    [told] = batch.to_pylist()
    given_ = as_json(event.data)
    for name in ("amount", "headcount_fte", "rent"):
        assert (told[name] is None) == (name not in given_)
        if name in given_:
            assert told[name] == Decimal(str(given_[name]))
    assert fields_of(row.data).keys() == {field.name for field in FIELDS if told[field.name] is not None}
