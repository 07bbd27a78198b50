"""The generated pages say what the code says today."""

from __future__ import annotations

import pytest
from scripts.reference_pages import DIRECTORY, pages

NAMES = ["event-types.md", "problems.md", "indicators.md", "settings.md", "command-line.md", "exports.md"]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", NAMES)
def test_a_generated_page_is_up_to_date(name: str, made: dict[str, str]) -> None:
    written = (DIRECTORY / name).read_text(encoding="utf-8")
    assert written == made[name], "scripts/reference renews it"


def test_every_generated_page_is_compared(made: dict[str, str]) -> None:
    assert set(made) == set(NAMES)
