"""The generated pages say what the code says today."""

from __future__ import annotations

import pytest
from scripts.reference_pages import DIRECTORY, pages


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_up_to_date(name: str) -> None:
    written = (DIRECTORY / name).read_text(encoding="utf-8")
    assert written == pages()[name], "scripts/reference renews it"
