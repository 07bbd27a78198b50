"""A position that is asked for: waited for as long as it may take, then told to be on its way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.posting import HUB, cloud_event, post

from api.routes import dossiers
from dossier.database.connections import Database
from dossier.log import running_log
from dossier.refusals import Refused
from dossier.writing.registration import new_dossier_id
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset


def test_what_is_not_projected_in_time_is_told_so(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody projects here."""
    monkeypatch.setattr(dossiers, "REACHED_SECONDS", 0.0)
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(HUB)
        post(log, cloud_event("dossier-opened", {}, new_dossier_id()))
        service: Any = SimpleNamespace(log=log)
        with pytest.raises(Refused) as told:
            dossiers._reach(service, str(log.journal.head().position))
    assert (told.value.refusal.slug, told.value.refusal.status) == ("not-projected-yet", 503)
