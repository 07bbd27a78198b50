"""What the press tells the operator when it is stopped."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from api.beside.press import report


@pytest.mark.parametrize(("name", "event"), [("ict-share", "not published"), ("", "press lost the database")])
def test_a_database_that_is_away_is_not_told_as_a_figure_that_fails(name: str, event: str) -> None:
    with capture_logs() as told:
        report(name, "OperationalError")
    assert [(line["event"], line.get("indicator", "")) for line in told] == [(event, name)]
