"""Rows as COPY reads them."""

from __future__ import annotations

from typing import Any

import pytest

from projections.generations.store import field, line


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "\\N"),
        ("", ""),
        ("\\N", "\\\\N"),
        ("a\tb\nc\rd\\", "a\\tb\\nc\\rd\\\\"),
        (True, "t"),
        (False, "f"),
        (0, "0"),
    ],
)
def test_a_value_is_written_as_copy_reads_it(value: Any, written: str) -> None:
    assert field(value) == written
    assert line("7\t", (value, value)) == f"7\t{written}\t{written}\n".encode()


def test_a_document_is_written_as_copy_reads_it() -> None:
    assert line("7\t", (1, b'{"a":"\\n"}')) == b'7\t1\t{"a":"\\\\n"}\n'
