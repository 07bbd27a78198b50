"""Whose referrals one sees: those of one's own organisation, and of those it succeeded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.identity.principal import Principal
from api.routes.referrals import own_agencies
from api.service import Service
from dossier.agencies import Agency
from dossier.database.connections import Database
from dossier.log import running_log
from dossier.refusals import Refused
from dossier.settings import Settings


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Service]:
    with running_log(database) as log:
        for name, successor in (("later", None), ("merged", "later"), ("first", "merged"), ("other", None)):
            log.register(Agency(name, name, name, name, f"urn:{name}", successor))
        yield create_app(Settings(data=tmp_path), log).state.service


@pytest.mark.parametrize(
    ("agency", "own"),
    [
        ("later", {"later", "merged", "first"}),
        ("merged", {"merged", "first"}),
        ("first", {"first"}),
        ("other", {"other"}),
    ],
)
def test_a_successor_sees_what_was_its_predecessors_and_not_the_reverse(
    service: Service, agency: str, own: set[str]
) -> None:
    assert own_agencies(service, Principal("adviser", agency)) == own


def test_an_auditor_sees_all_and_who_speaks_for_nobody_nothing(service: Service) -> None:
    assert own_agencies(service, Principal("auditor")) is None
    with pytest.raises(Refused):
        own_agencies(service, Principal("adviser"))
