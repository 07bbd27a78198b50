"""Replaying a dossier: what each event changed, as the cases of tests/cases/replay.yaml say, whatever the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.projections.ruling import of_case
from tests.projections.telling import Told, log
from tests.properties.histories import DAYS, Story, stories
from tests.strategies import DOSSIER

from dossier.event import unseal
from dossier.journal import Recorded
from projections.dossiers.replay import Replay, Stored, replayed, standing, standings
from projections.dossiers.state_difference import IDENTITY, UNSAID, Change, identified
from projections.history.gathering import read
from projections.history.history import AsOf, as_true, history_of
from projections.rulesets.ruleset import ruleset
from projections.state.current import current

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "replay.yaml").read_text())


SHOP: list[Told] = [{"project-described": {"nace": {"version": "2025", "code": "47.40"}}}]


def stored(rows: Sequence[tuple[int, int, bytes]]) -> list[Stored]:
    return [(Recorded(DOSSIER, v, p, content), unseal(content, p, DOSSIER), None) for v, p, content in rows]


def replay(told: Sequence[Told], as_of: AsOf = AsOf()) -> Replay:  # noqa: B008 - a value
    found = replayed(DOSSIER, stored(log(told)), as_of, ruleset())
    assert found is not None
    return found


@pytest.mark.parametrize(("day", "ict"), [(None, False), (date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_state_follows_the_rules_of_the_day_asked_for(day: date | None, ict: bool) -> None:
    """47.40 is taken in from 2027-01-01: what the guide to changing a rule tells."""
    rules = of_case({"later": {"2027-01-01": {"sector.ict.2025": ["62", "4740"]}}})
    history = history_of(DOSSIER, [unseal(content, p, DOSSIER) for _, p, content in log(SHOP)])
    assert standing(DOSSIER, history.events, rules, day)["sector"]["ict"] is ict
    assert [state["sector"]["ict"] for state in standings(history, rules, day)] == [ict]


def agrees(said: Any, shown: Any) -> bool:
    """Whether a value is the one a case says; of an item, the fields it says."""
    if isinstance(said, dict) and isinstance(shown, dict):
        return all(name in shown and agrees(value, shown[name]) for name, value in said.items())
    return bool(said == shown)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_event_changes_what_the_case_says(case: dict[str, Any]) -> None:
    found = replay(case["given"], AsOf(case.get("effective")))
    assert len(found.steps) == len(case["then"])
    for one, expected in zip(found.steps, case["then"], strict=True):
        changes = {change.field: [change.before, change.after] for change in one.changes}
        for field, values in expected.items():
            assert field in changes, changes
            assert all(map(agrees, values, changes[field])), changes[field]
    for position, fields in case.get("fields", {}).items():
        assert [change.field for change in found.steps[position - 1].changes] == fields
    if "amends" in case:
        assert [one.amends for one in found.steps] == case["amends"]
    if "counted" in case:
        assert [one.recorded.position for one in found.steps if one.counted] == case["counted"]
    for name in ("corrected", "retracted", "replaced"):
        by = {one.recorded.position: getattr(one, f"{name}_by") for one in found.steps}
        assert {p: found_by for p, found_by in by.items() if found_by} == case.get(name, {})


def test_what_cannot_be_read_is_a_step_all_the_same() -> None:
    rows = stored(
        log([{"dossier-opened": {}}, {"phase-declared": {"phase": "creation"}}, {"contact-made": {"channel": "web"}}])
    )
    rows[1] = (rows[1][0], None, None)
    found = replayed(DOSSIER, rows, AsOf(), ruleset())
    assert found is not None
    assert [one.event is None for one in found.steps] == [False, True, False]
    assert (found.steps[1].changes, found.steps[1].counted) == ([], False)
    assert found.state["phase"]["value"] == "pre-creation"


ERASED_TWICE: list[Told] = [
    {"contact-made": {"channel": "web", "note": "Ilse belde"}, "recorded": "2024-05-01T10:00:00.000000Z"},
    {"personal-data-erased": {"scope": "all", "ground": "request"}, "recorded": "2024-05-02T10:00:00.000000Z"},
    {"contact-made": {"channel": "web", "note": "Ilse belde"}, "recorded": "2024-05-03T10:00:00.000000Z"},
    {"personal-data-erased": {"scope": "all", "ground": "request"}, "recorded": "2024-05-04T10:00:00.000000Z"},
    {"contact-made": {"channel": "web", "note": "Ilse belde"}, "recorded": "2024-05-05T10:00:00.000000Z"},
]


@pytest.mark.parametrize("day", [1, 2, 3, 4])
def test_what_is_gone_was_erased_by_the_first_erasure_after_it_also_as_known_before(day: int) -> None:
    found = replay(ERASED_TWICE[:4], AsOf(known=datetime(2024, 5, day, 12, tzinfo=UTC)))
    assert [one.erased_by for one in found.steps] == [2, None, 4, None][:day]


def test_no_erasure_before_it_is_blamed_for_what_is_missing() -> None:
    assert replay(ERASED_TWICE).steps[4].erased_by is None


def test_nothing_is_replayed_of_before_the_first_event() -> None:
    rows = stored(log([{"dossier-opened": {}}]))
    assert replayed(DOSSIER, rows, AsOf(known=datetime(1990, 1, 1, tzinfo=UTC)), ruleset()) is None


def applied(state: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """A state in the form that differences speak of, with differences made."""
    made = dict(state)
    for change in changes:
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in change.field.split("/")[1:]]
        place = made
        for step in steps:
            place[step] = dict(place.get(step) or {})
            place = place[step]
        assert said(place.get(last)) == said(change.before), change
        place[last] = change.after
    return made


def said(value: Any, name: str = "") -> Any:
    """What a state says, as far as differences tell it: no positions, nothing for what is not there, items by name."""
    if name in IDENTITY and isinstance(value, list):
        value = identified(value, IDENTITY[name])
    if isinstance(value, Mapping):
        found = {key: said(one, key) for key, one in value.items() if key not in UNSAID}
        return {key: one for key, one in found.items() if one is not None} or None
    return value if value != [] else None


@given(stories(), st.none() | st.sampled_from(DAYS).map(date.fromisoformat))
def test_the_differences_step_by_step_make_the_state_from_nothing(story: Story, effective: date | None) -> None:
    rows = story.stored(DOSSIER)
    found = replayed(DOSSIER, stored(rows), AsOf(effective), ruleset())
    assert found is not None
    state: dict[str, Any] = {}
    for one in found.steps:
        state = applied(state, one.changes)
    history = as_true(history_of(DOSSIER, [unseal(content, p, DOSSIER) for _, p, content in rows]), effective)
    assert said(state) == said(current(history, read(history), ruleset()) | {"person": None})
    assert [one.recorded.version for one in found.steps] == list(range(1, len(rows) + 1))


@given(stories(), st.data())
def test_known_at_an_instant_the_replay_is_the_start_of_the_whole_one(story: Story, data: st.DataObject) -> None:
    rows = story.stored(DOSSIER)
    whole = replayed(DOSSIER, stored(rows), AsOf(), ruleset())
    assert whole is not None
    until = data.draw(st.sampled_from(rows))
    known = datetime.fromisoformat(unseal(until[2], until[1], DOSSIER).recordedtime)
    cut = replayed(DOSSIER, stored(rows), AsOf(known=known), ruleset())
    assert cut is not None
    assert [one.changes for one in cut.steps] == [one.changes for one in whole.steps[: until[0]]]
    earlier = AsOf(known=known - timedelta(microseconds=1))
    before = replayed(DOSSIER, stored(rows), earlier, ruleset())
    assert len(before.steps if before else []) == until[0] - 1
