"""Who holds an enterprise is who shows it: in the writer's state, beside the log, and as a migration finds it anew."""

from __future__ import annotations

from importlib.resources import files

import psycopg
from hypothesis import Phase, given, settings
from tests.properties.histories import DOSSIERS, Retold, Story, stories

from dossier.catalogue import EnterpriseCreated, EnterpriseLinked, EnterpriseUnlinked
from dossier.event import unseal
from dossier.log import Log
from projections.history.enterprises import held
from projections.history.gathering import read
from projections.history.history import history_of

TELLING = (EnterpriseCreated, EnterpriseLinked, EnterpriseUnlinked) * 2
"""Twice, so that some are corrected and retracted too."""
FOUND_ANEW = (files("dossier.database") / "migrations" / "0025_holdings.sql").read_bytes()


@settings(max_examples=300, deadline=None)
@given(stories(kinds=TELLING))
def test_a_dossier_holds_what_its_state_shows(story: Story) -> None:
    for dossier in DOSSIERS:
        events = [unseal(stored, position, dossier) for _, position, stored in story.stored(dossier)]
        shown = {enterprise.number for enterprise in held(read(history_of(dossier, events)))}
        assert set(story.ledger.states[dossier].enterprises) == shown
        assert {number for number, holders in story.ledger.holders.items() if dossier in holders} == shown


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(stories(kinds=TELLING))
def test_a_migration_finds_in_the_log_what_was_written_beside_it(told_log: Log, story: Story) -> None:
    Retold(told_log, story).go_on(1_000)
    with psycopg.connect(told_log.database.owner) as connection:
        written = set(told_log.journal.holdings())
        connection.execute("UPDATE journal.holding SET enterprise = enterprise || '0'")
        connection.execute(FOUND_ANEW)
        found = set(connection.execute("SELECT enterprise, dossier FROM journal.holding"))
        connection.rollback()
    assert found == written
