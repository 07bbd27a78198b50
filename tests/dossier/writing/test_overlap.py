"""Deciding ahead of the database: what is decided on a group that then is not stored is decided again."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.posting import HUB, cloud_event, contact, opened

from dossier.journal import LogUnreachable
from dossier.log import Log, read_item
from dossier.writing import Accepted, Submission, Writer
from dossier.writing import writer as writing
from dossier.writing.writer import now


def many(log: Log, batches: int, size: int = 20) -> list[Submission]:
    """Applications and, in the next submission, their decisions: each depends on the one before it."""
    dossier = opened(log)
    made = []
    for batch in range(batches):
        applied = [
            cloud_event("aid-applied", {"application_id": f"{batch}-{n}", "instrument": "grant"}, dossier)
            for n in range(size)
        ]
        decided = [
            cloud_event("aid-decided", {"application_id": f"{batch}-{n}", "outcome": "refused"}, dossier)
            for n in range(size)
        ]
        made += [Submission([read_item(event, HUB, now()) for event in events]) for events in (applied, decided)]
    return made


@pytest.fixture
def launches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Small groups, decided ahead as soon as anything waits; how many were begun that way."""
    monkeypatch.setattr(writing, "MANY", 1)
    begun: list[int] = []
    launch = Writer._launch

    def counting(self: Writer, *given: Any) -> Any:
        begun.append(1)
        return launch(self, *given)

    monkeypatch.setattr(Writer, "_launch", counting)
    return begun


def outcomes(log: Log, submissions: list[Submission]) -> list[Any]:
    log.writer.group_size = 20
    log.writer._repeats = False
    tickets = [log.writer.submit(submission) for submission in submissions]
    return [outcome for ticket in tickets for outcome in ticket.result(30)]


def failing_once(real: Callable[..., Any], error: Exception, *, after: bool) -> Callable[..., Any]:
    """An append whose second call fails, before or after it has stored."""
    calls: list[int] = []

    def append(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) != 2:
            return real(*given, **named)
        if after:
            real(*given, **named)
        raise error

    return append


@pytest.mark.parametrize("after", [False, True], ids=["before it is stored", "after it is stored"])
def test_a_lost_connection_loses_and_doubles_nothing(
    log: Log, launches: list[int], monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    submissions = many(log, 6)
    before = log.journal.head().position
    monkeypatch.setattr(log.journal, "append", failing_once(log.journal.append, LogUnreachable("cut"), after=after))
    found = outcomes(log, submissions)
    assert all(isinstance(outcome, Accepted) and not outcome.duplicate for outcome in found)
    assert [outcome.recorded.position for outcome in found] == list(range(before + 1, before + 1 + len(found)))
    assert launches


def test_a_repeat_among_them_is_a_repeat(log: Log, launches: list[int]) -> None:
    dossier = opened(log)
    again = contact(dossier)
    known = outcomes(log, [Submission([read_item(again, HUB, now())])])[0]
    submissions = many(log, 4)
    submissions.insert(3, Submission([read_item(again, HUB, now())]))
    found = outcomes(log, submissions)
    repeats = [outcome for outcome in found if outcome.duplicate]
    assert [repeat.recorded.position for repeat in repeats] == [known.recorded.position]
    assert launches
