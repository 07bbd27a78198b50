"""Progress of what takes long: rate and time left, on a terminal and without one."""

from __future__ import annotations

import pytest

from api.command_line.regenerating import progressing


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    with progressing("rebuild") as tell:
        tell(0, 3_000, 0.0)
        tell(1_000, 3_000, 1_250.0)
    return capsys.readouterr().err


def test_without_a_terminal_it_is_told_by_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys).splitlines() == [
        "rebuild: 0 of 3000 events",
        "rebuild: 1000 of 3000 events, 1,250 a second, 2 s left",
    ]


def test_a_terminal_shows_a_bar_with_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    assert "1000 of 3000 events, 1,250 a second, 2 s left" in printed(capsys)
