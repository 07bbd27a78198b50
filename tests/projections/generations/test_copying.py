"""Rows as COPY reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.generations.copying import copied, field, line

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(["None", "\\N", "a\tb", "a\nb", "\r", "", "plain"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
TABLES = st.integers(1, 5).flatmap(lambda width: st.lists(st.tuples(*[VALUES] * width), min_size=1))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "\\N"),
        ("", ""),
        ("None", "None"),
        ("\\N", "\\\\N"),
        ("a\tb\nc\rd\\", "a\\tb\\nc\\rd\\\\"),
        (True, "True"),
        (0, "0"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_a_value_is_written_as_copy_reads_it(value: Any, written: str) -> None:
    assert field(value) == written
    assert copied([("7\t", [(value, value)] * 2)]) == f"7\t{written}\t{written}\n".encode() * 2


def test_a_document_is_written_as_copy_reads_it() -> None:
    assert copied([("7\t", [(None, b'{"a":"\\n"}')])]) == b'7\t\\N\t{"a":"\\\\n"}\n'


@given(TABLES)
def test_rows_written_in_one_go_are_what_each_is_by_itself(rows: list[tuple[Any, ...]]) -> None:
    assert copied([("7\t", rows)]) == b"".join(line("7\t", row) for row in rows)
