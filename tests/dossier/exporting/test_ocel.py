"""The log as OCEL 2.0: every event with its objects, as the specification has them, mined by pm4py."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # without types of its own
import pytest
from tests.dossier.exporting.conftest import NUMBER, OTHER, Told

from dossier.exporting.formats import export

NAMED = {"type": "object", "required": ["name", "attributes"], "properties": {"attributes": {"type": "array", "items": {
    "type": "object", "required": ["name", "type"],
    "properties": {"type": {"enum": ["string", "time", "integer", "float", "boolean"]}}}}}}  # fmt: skip
RELATIONS = {"type": "array", "items": {"type": "object", "required": ["objectId", "qualifier"]}}


def listed(*required: str, values: tuple[str, ...]) -> dict[str, Any]:
    """A list of events or objects, as the specification has it."""
    attributes = {"type": "array", "items": {"type": "object", "required": list(values)}}
    own = {"type": "object", "required": list(required), "properties": {"id": {"type": "string"}}}
    own["properties"] |= {"attributes": attributes, "relationships": RELATIONS}  # type: ignore[operator]
    return {"type": "array", "items": own}


SPECIFICATION = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "properties": {
        "eventTypes": {"type": "array", "items": NAMED},
        "objectTypes": {"type": "array", "items": NAMED},
        "events": listed("id", "type", "time", values=("name", "value")),
        "objects": listed("id", "type", values=("name", "time", "value")),
    },
}
"""What OCEL 2.0 asks of a file in JSON."""


@pytest.fixture(scope="module")
def path(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ocel") / "log.json"
    export(told.database.reader, path, "ocel")
    return path


@pytest.fixture(scope="module")
def log(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def related(log: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """The objects of the first event of a type, each with what it is to the event."""
    event = next(event for event in log["events"] if event["type"] == f"brussels.dossier.{name}.v1")
    return [(one["objectId"], one["qualifier"]) for one in event["relationships"]]


def test_it_is_what_the_specification_asks_for(log: dict[str, Any]) -> None:
    jsonschema.validate(log, SPECIFICATION)
    declared = {kind["name"]: {a["name"] for a in kind["attributes"]} for kind in log["eventTypes"]}
    for event in log["events"]:
        assert {attribute["name"] for attribute in event["attributes"]} <= declared[event["type"]]
    known = {one["id"] for one in log["objects"]}
    for one in (*log["events"], *log["objects"]):
        assert {relation["objectId"] for relation in one["relationships"]} <= known


def test_there_is_one_event_for_each_stored_event(log: dict[str, Any], told: Told) -> None:
    assert [event["id"] for event in log["events"]] == [str(n) for n in range(1, told.events + 1)]


def test_the_object_types_are_exactly_five(log: dict[str, Any]) -> None:
    names = ["dossier", "enterprise", "application", "referral", "agency"]
    assert [kind["name"] for kind in log["objectTypes"]] == names
    assert {one["type"] for one in log["objects"]} == set(names)
    assert len({one["id"] for one in log["objects"]}) == len(log["objects"])


def test_every_event_has_one_dossier_and_an_agency(log: dict[str, Any]) -> None:
    types = {one["id"]: one["type"] for one in log["objects"]}
    needs = {"aid-": "application", "referral-": "referral", "enterprise-": "enterprise"}
    for event in log["events"]:
        of = [types[relation["objectId"]] for relation in event["relationships"]]
        assert of.count("dossier") == 1
        assert of.count("agency") >= 1
        for start, needed in needs.items():
            if event["type"].startswith(f"brussels.dossier.{start}"):
                assert needed in of, event["type"]


def test_events_name_their_objects_by_what_they_are_to_them(log: dict[str, Any], told: Told) -> None:
    dossier = str(told.dossier)
    assert related(log, "referral-made") == [
        (dossier, "about"), ("agency:hub", "by"), ("agency:innoviris", "to"), ("agency:finance", "second choice"),
        (f"referral:{dossier}/R1", "of"),
    ]  # fmt: skip
    assert (f"enterprise:{NUMBER}", "of") in related(log, "aid-decided")
    assert related(log, "enterprise-controlled")[2:] == [
        (f"enterprise:{OTHER}", "controller"), (f"enterprise:{NUMBER}", "controlled"),
    ]  # fmt: skip
    assert related(log, "enterprise-restructured")[2:] == [
        (f"enterprise:{OTHER}", "from"), (f"enterprise:{NUMBER}", "into"),
    ]  # fmt: skip


def test_a_correction_is_about_what_the_corrected_fact_is_about(log: dict[str, Any], told: Told) -> None:
    assert (f"application:{told.dossier}/A/1", "of") in related(log, "event-corrected")


def test_two_dossiers_that_use_one_name_have_two_applications(log: dict[str, Any], told: Told) -> None:
    found = {one["id"]: one for one in log["objects"] if one["type"] == "application"}
    assert set(found) == {f"application:{dossier}/A/1" for dossier in (told.dossier, told.second)}
    for id_, one in found.items():
        [relation] = one["relationships"]
        assert relation == {"objectId": id_.removeprefix("application:").removesuffix("/A/1"), "qualifier": "part of"}


def test_pm4py_loads_and_mines_it(path: Path, told: Told) -> None:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # pm4py's own
        import pm4py  # noqa: PLC0415 - it greets whoever imports it

        log = pm4py.read_ocel2_json(str(path))
        graph = pm4py.discover_ocdfg(log)
    assert len(log.events) == told.events
    assert set(log.objects["ocel:type"]) == {"dossier", "enterprise", "application", "referral", "agency"}
    assert graph["activities"] == set(log.events["ocel:activity"])
    followed = graph["edges"]["event_couples"]["application"]
    assert ("brussels.dossier.aid-applied.v1", "brussels.dossier.aid-decided.v1") in followed
