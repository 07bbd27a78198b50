"""By how much a difference has moved: dossiers, and fields of them."""

from __future__ import annotations

from uuid import UUID

from projections.rehearsal.activation import moves

ONE, OTHER = UUID(int=1), UUID(int=2)
SAID = ("1", "2")


def test_a_dossier_that_begins_to_differ_in_three_fields_is_one() -> None:
    now = {(ONE, field, ""): SAID for field in ("a", "b", "c")}
    assert moves({}, now) == {
        "dossiers": {"added": 1, "removed": 0, "changed": 0},
        "fields": {"added": 3, "removed": 0, "changed": 0},
    }


def test_a_dossier_that_differs_in_one_field_more_has_changed_and_one_that_differs_no_longer_is_removed() -> None:
    before = {(ONE, "a", ""): SAID, (OTHER, "a", ""): SAID}
    now = {(ONE, "a", ""): SAID, (ONE, "b", ""): SAID}
    assert moves(before, now) == {
        "dossiers": {"added": 0, "removed": 1, "changed": 1},
        "fields": {"added": 1, "removed": 1, "changed": 0},
    }


def test_a_field_that_moved_on_one_of_its_days_is_one_that_changed() -> None:
    before = {(ONE, "a", day): SAID for day in ("2026-11-30", "2027-01-01")}
    now = before | {(ONE, "a", "2027-01-01"): ("1", "3")}
    changed = {"added": 0, "removed": 0, "changed": 1}
    assert moves(before, now) == {"dossiers": changed, "fields": changed}
