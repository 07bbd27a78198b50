"""What has moved since a publication, and why: the corrections by their positions, and the rulesets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import psycopg
import pytest
from tests.posting import cloud_event, opened, post
from tests.projections import changing

from api.pages.figure_pages import said_moved, said_overtaken
from api.words.languages import LANGUAGES, Lang
from api.words.words import words
from dossier.log import Log
from dossier.writing import Accepted
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FactsReader
from projections.generations.live import step
from projections.generations.rebuild import rebuild
from projections.publications.press import Press
from projections.publications.published import causes

PHASES = indicator("entrepreneurs-by-phase")
TOLD = {"number": 2, "because": {"events": 9, "amendments": 21, "positions": ["7", "8"], "rulesets": ["2026.1", "b"]}}


def test_a_correction_that_moved_a_figure_is_named_by_its_position(journal_log: Log) -> None:
    log = journal_log
    dossiers = [opened(log, ("phase-declared", {"phase": "creation"})) for _ in range(10)]
    press = published(log)
    assert press.moved_since(PHASES) is None
    positions = []
    for dossier in dossiers[:5]:
        declared = posted(log, "phase-declared", {"phase": "creation"}, dossier)
        wrong: dict[str, object] = {"corrects": str(declared.recorded.position), "data": {"phase": "post-creation"}}
        positions.append(str(posted(log, "event-corrected", wrong, dossier).recorded.position))
    press = published(log)
    first, last = press.history(PHASES)["publications"]
    assert (first["because"]["amendments"], first["because"]["positions"]) == (5, positions)
    assert "rulesets" not in first["because"]
    assert {"cell": {"phase": "creation"}, "published": 10, "now": 5} in first["moved"]
    assert last["because"] == {}
    told = press.moved_since(PHASES)
    assert told is not None
    assert told["because"] == first["because"]
    assert positions[0] in said_moved(told, words("en"))
    assert press.moved_since(PHASES, ["cohort"]) is None  # whoever was opened in a year still was
    assert [one["moved"] for one in press.history(PHASES, [])["publications"]] == [[], []]
    with psycopg.connect(log.database.app) as connection:
        before, now = press.all(PHASES)
        other = replace(now, certificate=now.certificate | {"ruleset": "2026.2", "ruleset_digest": "sha256:other"})
        assert causes(connection, before, other)["rulesets"] == ["2026.1", "2026.2"]


def test_rules_that_hold_since_are_told_where_they_say_otherwise_what_the_figure_reads(journal_log: Log) -> None:
    """It may stand for long, when too little could be shown under them: the public is told, not left to guess."""
    for _ in range(5):
        opened(journal_log, ("phase-declared", {"phase": "creation"}))
    press = published(journal_log)
    told = []
    for name, rule in (("2026.2", "growth.high"), ("2026.3", "size.classes")):
        assert press.overtaken(PHASES) is None, "what the figure does not read moves nothing of it"
        rebuild(journal_log.database.owner, changing.published(journal_log, rule, name=name), workers=1)
        told.append(press.history(PHASES)["rules_since"])
    assert told == [None, ["2026.1", "2026.3"]]
    assert press.overtaken(PHASES) == told[1]
    assert press.overtaken(indicator("high-growth")) is None, "nothing was published of it"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_that_other_rules_hold_is_said_with_both(lang: Lang) -> None:
    said = said_overtaken(["2026.1", "2026.3"], words(lang))
    assert "2026.1" in said
    assert "2026.3" in said
    assert said_overtaken(None, words(lang)) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_moved_is_said_with_its_causes(lang: Lang) -> None:
    said = said_moved(TOLD, words(lang))
    assert all(part in said for part in ("2026.1", "b", "21", "7, 8 …", "9"))
    assert said_moved(None, words(lang)) == ""


def posted(log: Log, name: str, data: dict[str, Any], dossier: object) -> Accepted:
    [outcome] = post(log, cloud_event(name, data, str(dossier)))
    assert isinstance(outcome, Accepted), outcome
    return outcome


def published(log: Log) -> Press:
    """A press after all events are projected and the phases published."""
    with psycopg.connect(log.database.app, autocommit=True) as connection:
        while step(connection):
            pass
    press = Press(log.journal, log.database.app, FactsReader(log.journal))
    assert not np.all(press.current(PHASES).hidden)
    return press
