"""Formats: CSV, Parquet and JSON-stat hold what the answer document holds, and of a hidden cell its place alone."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from pyarrow import parquet
from tests.api.figures import POISONED, answer, figures, hidden, invented, shown

from api.formats.json_stat import as_json_stat
from api.formats.parquet import as_parquet
from api.formats.separated import as_csv
from projections.counting.indicator import Indicator, catalogue

BY = ["instrument", "year"]
AID = invented(BY, "EUR")
ROWS = [
    shown("1000.10", instrument="grant", year=2024),
    shown("0.90", instrument="grant", year=2025) | {"low": "0.80", "high": "1.00"},
    hidden(instrument=None, year=2024),
]
FOUND = answer(AID, BY, ROWS)
Found = dict[str, Any]


def stat(found: Found) -> Found:
    labels = {name: (name, {row[name]: f"<{row[name]}>" for row in found["rows"]}) for name in found["by"]}
    told: Found = orjson.loads(orjson.dumps(as_json_stat(found, labels, "en")))
    return told


def unfolded(cube: Found) -> dict[tuple[str, ...], tuple[Any, str | None]]:
    """A JSON-stat cube read as its specification says: row-major, the last dimension fastest."""
    categories = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    places = product(*categories)
    return {key: (cube["value"][i], cube["status"].get(str(i))) for i, key in enumerate(places)}


def test_csv_has_a_column_for_every_dimension_and_number() -> None:
    read = list(csv.reader(io.StringIO(as_csv(FOUND))))
    assert read == [
        ["instrument", "year", "value", "n", "low", "high", "suppressed"],
        ["grant", "2024", "1000.10", "5", "", "", "false"],
        ["grant", "2025", "0.90", "5", "0.80", "1.00", "false"],
        ["", "2024", "", "", "", "", "true"],
    ]


def test_a_word_of_an_agency_s_is_no_formula_in_a_spreadsheet() -> None:
    """The public opens these files; numbers below zero stay numbers."""
    spoken = [shown("-5", site=word, year=2024) for word in ('=HYPERLINK("https://evil.example")', "@SUM(1)", "Hub")]
    read = list(csv.reader(io.StringIO(as_csv(answer(AID, ["site", "year"], spoken)))))
    assert [row[0] for row in read[1:]] == ['\'=HYPERLINK("https://evil.example")', "'@SUM(1)", "Hub"]
    assert {row[2] for row in read[1:]} == {"-5"}


def test_parquet_has_typed_columns_and_exact_amounts() -> None:
    table = parquet.read_table(io.BytesIO(as_parquet(FOUND)))
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "instrument": "string", "year": "int64", "value": "decimal128(18, 2)", "n": "int64",
        "low": "decimal128(18, 2)", "high": "decimal128(18, 2)", "suppressed": "bool",
    }  # fmt: skip
    assert table["value"].to_pylist() == [Decimal("1000.10"), Decimal("0.90"), None]
    assert table["suppressed"].to_pylist() == [False, False, True]


def test_parquet_carries_its_certificate() -> None:
    metadata = parquet.read_table(io.BytesIO(as_parquet(FOUND))).schema.metadata
    assert orjson.loads(metadata[b"dossier.certificate"]) == FOUND["certificate"]
    assert metadata[b"dossier.indicator"] == b"invented"


def test_parquet_and_json_stat_say_how_good_the_data_is() -> None:
    """CSV has no room for it: a header and rows, and nothing else."""
    metadata = parquet.read_table(io.BytesIO(as_parquet(FOUND))).schema.metadata
    assert orjson.loads(metadata[b"dossier.quality"]) == {"missing": 0.12, "late": None}
    assert stat(FOUND)["extension"]["quality"] == {"missing": 0.12, "late": None}


def test_the_same_figure_is_the_same_file() -> None:
    assert as_parquet(FOUND) == as_parquet(FOUND)


def test_json_stat_puts_each_cell_in_its_place() -> None:
    cube = stat(FOUND)
    cells = unfolded(cube)
    assert cube["id"] == ["instrument", "year", "statistic"]
    assert cells["grant", "2024", "value"] == (1000.1, None)
    assert cells["grant", "2025", "low"] == (0.8, None)
    assert cells["_U", "2024", "value"] == (None, "c")
    assert cells["_U", "2025", "value"] == (None, "m")
    assert cube["dimension"]["instrument"]["category"]["label"] == {"grant": "<grant>", "_U": "<None>"}
    assert cube["role"] == {"metric": ["statistic"], "time": ["year"]}
    assert cube["extension"]["certificate"] == FOUND["certificate"]


@pytest.mark.parametrize("name", catalogue())
def test_json_stat_says_as_many_decimals_as_values_have(name: str) -> None:
    """Also of means and of measures in several units; whoever counts in whole numbers is told so."""
    one = catalogue()[name]
    found = answer(one, [], [shown("12.34" if one.unit == "EUR" else 0.9876)])
    said = stat(found)["dimension"]["statistic"]["category"]["unit"]
    whole = one.value in ("count", "distinct")
    assert said["value"] == {"label": one.unit, "decimals": 0 if whole else 2 if one.unit == "EUR" else 4}
    assert said["n"] == {"decimals": 0}


@given(figures())
def test_json_stat_is_a_whole_cube(pair: tuple[Indicator, Found]) -> None:
    """What the specification requires of `id`, `size`, `dimension`, `value` and `status`."""
    cube = stat(pair[1])
    assert (cube["version"], cube["class"]) == ("2.0", "dataset")
    assert set(cube["dimension"]) == set(cube["id"])
    assert len(cube["size"]) == len(cube["id"])
    for name, size in zip(cube["id"], cube["size"], strict=True):
        category = cube["dimension"][name]["category"]
        assert len(set(category["index"])) == size == len(category["label"])
    assert len(cube["value"]) == prod(cube["size"])
    assert {int(place) for place in cube["status"]} == {i for i, one in enumerate(cube["value"]) if one is None}
    assert {name for names in cube["role"].values() for name in names} <= set(cube["id"])


@given(figures())
def test_json_stat_says_what_the_rows_say(pair: tuple[Indicator, Found]) -> None:
    found, cells = pair[1], unfolded(stat(pair[1]))
    for row in found["rows"]:
        value, status = cells[(*("_U" if row[name] is None else str(row[name]) for name in found["by"]), "value")]
        assert (status == "c") == row["suppressed"]
        if not row["suppressed"] and row["value"] is not None:
            assert value == pytest.approx(float(row["value"]))


@given(figures())
@settings(max_examples=50)
def test_no_format_passes_a_hidden_value_on(pair: tuple[Indicator, Found]) -> None:
    found = pair[1]
    if not any(row["suppressed"] for row in found["rows"]):
        return
    assert POISONED[0] + POISONED[1] not in as_csv(found)
    table = parquet.read_table(io.BytesIO(as_parquet(found))).to_pylist()
    assert all(row["value"] is row["n"] is row["low"] is None for row in table if row["suppressed"])
    assert all(row["value"] is not None for row in table if not row["suppressed"] and row["n"])
    hidden_places = {place for place, code in stat(found)["status"].items() if code == "c"}
    assert all(stat(found)["value"][int(place)] is None for place in hidden_places)
