"""The log as NDJSON: whoever has the file alone can derive every digest, and see that no line is missing."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.dossier.exporting.conftest import NOTE, Told

from dossier.exporting.formats import export
from dossier.journal import Journal
from dossier.verification.merkle import Tree, leaf_hash


@pytest.fixture(scope="module")
def content(told: Told, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("ndjson") / "log.ndjson"
    export(told.database.reader, path, "ndjson")
    return path.read_bytes()


@pytest.fixture(scope="module")
def lines(content: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in content.splitlines()]


def test_there_is_a_line_for_every_position_and_then_the_trailer(lines: list[dict[str, Any]], told: Told) -> None:
    *events, trailer = lines
    assert [event["position"] for event in events] == [str(n) for n in range(1, told.events + 1)]
    assert (trailer["trailer"], trailer["count"], trailer["last_position"]) == (True, told.events, str(told.events))


def test_the_trailer_vouches_for_every_byte_before_it(content: bytes) -> None:
    before, last = content[:-1].rsplit(b"\n", 1)
    assert orjson.loads(last)["sha256"] == sha256(before + b"\n").hexdigest()


def test_the_trailer_has_the_root_of_a_checkpoint_over_as_many_events(lines: list[dict[str, Any]]) -> None:
    tree = Tree()
    for line in lines[:-1]:
        tree.add(leaf_hash(base64.b64decode(line["stored"])))
    root = base64.b64encode(tree.root).decode()
    assert (lines[-1]["size"], lines[-1]["root"]) == (str(tree.size), root)


def test_every_digest_follows_from_the_line(lines: list[dict[str, Any]]) -> None:
    for line in lines[:-1]:
        assert sha256(base64.b64decode(line["stored"])).hexdigest() == line["digest"]


OF_PROFILES = {f"brussels.dossier.{name}.v1" for name in ("dossier-opened", "enterprise-created")}


def test_a_line_says_what_its_stored_bytes_say(lines: list[dict[str, Any]]) -> None:
    for line in lines[:-1]:
        said = orjson.loads(base64.b64decode(line["stored"]))
        told = {"told"} if said.pop("personal", None) and line["type"] in OF_PROFILES else set()
        assert said == {name: line[name] for name in said}
        assert set(line) - set(said) == {"position", "digest", "stored"} | told


def test_personal_fields_are_told_by_which_values_are_the_same(lines: list[dict[str, Any]]) -> None:
    told = {line["type"].split(".")[2]: line["told"] for line in lines[:-1] if "told" in line}
    assert told == {
        "dossier-opened": {"person given_name": 1, "person family_name": 1},
        "enterprise-created": {"enterprise legal_name": 1},
    }


def test_no_value_of_a_person_is_in_the_file(content: bytes) -> None:
    assert NOTE.encode() not in content


def test_the_stored_bytes_are_those_of_the_log(lines: list[dict[str, Any]], told: Told) -> None:
    journal = Journal(told.database.app)
    try:
        held = {str(one.position): one.stored for one in journal.history(told.dossier)}
    finally:
        journal.close()
    exported = {line["position"]: base64.b64decode(line["stored"]) for line in lines[:-1]}
    assert held == {position: exported[position] for position in held}


def test_some_types_alone(told: Told, tmp_path: Path) -> None:
    export(told.database.reader, tmp_path / "log", "ndjson", types=["brussels.dossier.aid-applied.v1"])
    *events, trailer = [orjson.loads(line) for line in (tmp_path / "log").read_bytes().splitlines()]
    assert {event["type"] for event in events} == {"brussels.dossier.aid-applied.v1"}
    assert trailer["count"] == len(events) == 2
    assert "root" not in trailer, "of some types alone no root can be derived"
