"""An event of an older version of its type reads as one of today's; its bytes stay as they were."""

from typing import Any, Literal

import orjson
import pytest
from eventsourcing.persistence import Notification
from tests.strategies import DOSSIER

from dossier import upcasting
from dossier.canonical import canonical
from dossier.catalogue import TYPES, Fact
from dossier.catalogue.fact import fact
from dossier.event import unseal
from dossier.journal.mapper import JournalMapper
from dossier.upcasting import UnknownStoredType, upcast

OLD, MIDDLE = "brussels.dossier.phase-declared.v1", "brussels.dossier.phase-declared.v2"
UPCASTS = {
    OLD: (MIDDLE, lambda data: {"stage": data["phase"]}),
    MIDDLE: ("brussels.dossier.phase-declared.v3", lambda data: {**data, "declared_by": "agency"}),
}
STORED = canonical(
    {
        "agency": "hub",
        "data": {"phase": "creation"},
        "dossier": str(DOSSIER),
        "id": "e1",
        "recordedtime": "2026-03-09T14:30:00.000000Z",
        "source": "https://hub.example",
        "time": "2026-03-02T09:00:00+01:00",
        "timeprecision": "day",
        "type": OLD,
        "version": 1,
    }
)


@fact("phase-declared", fr="Phase déclarée", nl="Fase aangegeven", en="Phase declared", version=3)
class PhaseDeclaredToday(Fact):
    """As the catalogue may have it one day: the field has another name and there is one more."""

    stage: Literal["pre-creation", "creation", "post-creation"]
    declared_by: str


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue whose phase-declared is at version 3."""
    types = {name: kind for name, kind in TYPES.items() if name != OLD} | {PhaseDeclaredToday.TYPE: PhaseDeclaredToday}

    def upcast_tomorrow(stored_type: str, data: dict[str, Any]) -> tuple[type[Fact], dict[str, Any]]:
        return upcast(stored_type, data, UPCASTS, types)

    monkeypatch.setattr(upcasting, "TYPES", types)
    monkeypatch.setattr(upcasting, "upcast", upcast_tomorrow)


@pytest.mark.usefixtures("tomorrow")
def test_an_event_of_the_first_version_reads_as_today_s() -> None:
    assert unseal(STORED, 1).data == PhaseDeclaredToday(stage="creation", declared_by="agency")


@pytest.mark.usefixtures("tomorrow")
def test_the_event_store_reads_it_upcast_too() -> None:
    notification = Notification(DOSSIER, 1, OLD, STORED, 7)
    event = JournalMapper().to_domain_event(notification)
    assert (event.position, event.data) == (7, PhaseDeclaredToday(stage="creation", declared_by="agency"))


@pytest.mark.usefixtures("tomorrow")
def test_what_is_stored_keeps_its_old_type() -> None:
    unseal(STORED, 1)
    assert orjson.loads(STORED)["type"] == OLD


def test_each_step_is_taken_once_and_in_order() -> None:
    steps = {
        "a": ("b", lambda data: {"said": data["said"] + "b"}),
        "b": ("c", lambda data: {"said": data["said"] + "c"}),
    }
    assert upcast("a", {"said": "a"}, steps, {"c": PhaseDeclaredToday}) == (PhaseDeclaredToday, {"said": "abc"})


def test_a_type_nobody_knows_is_told_to_need_newer_software() -> None:
    with pytest.raises(UnknownStoredType, match=r"no upcast for brussels\.dossier\.phase-declared\.v9: install"):
        unseal(STORED.replace(b".v1", b".v9"), 1)


def test_every_upcast_leads_to_a_type_of_today() -> None:
    for stored_type in upcasting.UPCASTS:
        reached = stored_type
        while reached not in TYPES:
            reached = upcasting.UPCASTS[reached][0]
