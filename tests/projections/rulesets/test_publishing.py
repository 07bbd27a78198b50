"""Publishing names organisations there are; retiring stands in the log with who and why, also of one replaced."""

from __future__ import annotations

import copy

import orjson
import pytest
from tests.projections.changing import published, rehearsed, tell_all

from dossier.agencies import Agency
from dossier.catalogue import RULEBOOK
from dossier.log import Log
from dossier.refusals import Refused
from projections.rehearsal.activation import activate
from projections.rulesets import rulebook
from projections.rulesets.publishing import publish, retire
from projections.rulesets.ruleset import ruleset


def recorded(log: Log) -> list[tuple[str, str | None, str | None]]:
    """What the log says was retired: which, by which successor, and why."""
    with log.journal.reading() as connection:
        rows = connection.execute(rulebook.SQL["rulebook"], (RULEBOOK,)).fetchall()
    told = [orjson.loads(stored) for _, stored in rows]
    found = [event["data"] for event in told if event["type"].endswith("ruleset-retired.v1")]
    return [(data["ruleset"], data.get("successor"), data.get("reason")) for data in found]


def test_one_that_a_successor_retired_is_retired_by_whoever_asks_once(journal_log: Log) -> None:
    tell_all(journal_log)
    app, rules = journal_log.database.app, published(journal_log, "sector.ict.2008")
    activate(app, rules.id, rehearsed(journal_log, rules).id, by="analyst")
    assert recorded(journal_log) == [("2026.1", "2026.2", None)]
    stands, new = retire(app, "2026.1", by="operator", reason="its list was wrong")
    assert (stands.by, stands.reason, new) == ("operator", "its list was wrong", True)
    assert recorded(journal_log)[1:] == [("2026.1", None, "its list was wrong")]
    again = retire(app, "2026.1", by="somebody", reason="another")
    assert again == (stands, False), "it is told who retired it, when and why"
    assert len(recorded(journal_log)) == 2


def test_one_that_was_activated_since_it_was_retired_is_retired_anew(journal_log: Log) -> None:
    tell_all(journal_log)
    app, rules = journal_log.database.app, published(journal_log, "sector.ict.2008")
    retire(app, rules.id, by="operator")
    activate(app, rules.id, rehearsed(journal_log, rules).id, by="analyst")
    with pytest.raises(Refused):
        retire(app, rules.id, by="operator")
    with journal_log.journal.reading() as connection:
        first = rulebook.lookup(connection, "2026.1")
    activate(app, "2026.1", rehearsed(journal_log, first).id, by="analyst")
    assert retire(app, rules.id, by="operator")[1]


def test_a_scheme_of_an_organisation_that_is_not_registered_is_refused(journal_log: Log) -> None:
    scheme = "eligibility.web-grant"
    app, whole = journal_log.database.app, copy.deepcopy(ruleset().rules[scheme])
    whole["values"][-1]["value"]["topics"] = ["grants"]
    entry, new = publish(app, "2027.1", "2026.1", {scheme: whole}, by="analyst")
    assert (entry.status, new) == ("published", True), "whom the base names stands, registered or not"
    whole["values"][-1]["value"]["agency"] = "bee-brussels"
    with pytest.raises(Refused) as refusal:
        publish(app, "2027.2", "2026.1", {scheme: whole}, by="analyst")
    [error] = refusal.value.refusal.errors
    assert error[0] == f"/rules/{scheme}/values/{len(whole['values']) - 1}/value/agency"
    journal_log.register(Agency("bee-brussels", "Bee", "Bee", "Bee", "https://bee.example"))
    assert publish(app, "2027.2", "2026.1", {scheme: whole}, by="analyst")[1]
