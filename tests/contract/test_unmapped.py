"""Whatever word is none of the common terms is counted in its agency's queue, whether it has a vocabulary or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import STREAM, Client, Poster, fresh_number, slug
from tests.contract.files import MAPPING, ended, row, send, table
from tests.contract.running import Running
from tests.contract.speaking import counted, put, unmapped
from tests.turn import eventually

OF_ANOTHER_FIELD = {"terms": {"scheme": {"Web": "web-grant"}}}


@pytest.fixture(params=["no vocabulary", "one of another field"])
def silent(request: pytest.FixtureRequest, desk: Poster) -> Poster:
    """An agency that has not said what its words of channels, topics and instruments stand for."""
    if request.param != "no vocabulary":
        assert put(desk, OF_ANOTHER_FIELD).status_code == 201
    return desk


def data_of(client: Client, dossier: UUID) -> list[dict[str, Any]]:
    return [entry["data"] for entry in client.get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]]


def test_a_word_that_is_recorded_as_it_stands_is_counted_with_its_position(silent: Poster, auditor: Client) -> None:
    dossier = silent.open()
    said = {"channel": "Pigeon", "topic": "finance", "note": "Ring Madam Peeters back"}
    receipt = silent.post("contact-made", said, dossier)
    assert data_of(auditor, dossier)[1]["channel"] == "Pigeon", "it is recorded as it was before"
    assert "local_terms" not in data_of(auditor, dossier)[1]
    assert counted(silent) == [("contact-made", "channel", "Pigeon", 1, 0)], "a common term and free text are no words"
    assert unmapped(silent)[0]["positions"] == [receipt["position"]]


def test_words_of_a_list_are_counted_each(silent: Poster) -> None:
    silent.post("project-described", {"technologies": ["quantum", "web", "graphene", "quantum"]}, silent.open())
    told = [(word, recorded) for _, _, word, recorded, _ in counted(silent)]
    assert told == [("graphene", 1), ("quantum", 1)], "an event that says it twice is one event"


def test_a_word_that_is_refused_is_counted_as_refused(silent: Poster) -> None:
    event = silent.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, silent.open())
    answers = [silent.send(event) for _ in range(2)]
    assert [(answer.status_code, slug(answer)) for answer in answers] == [(422, "invalid")] * 2
    assert counted(silent) == [("aid-applied", "instrument", "Tombola", 0, 2)]
    assert unmapped(silent)[0]["positions"] == []


def test_a_repeat_counts_nothing(silent: Poster) -> None:
    event = silent.event("contact-made", {"channel": "Pigeon"}, silent.open())
    assert [silent.send(event).status_code for _ in range(3)] == [201, 200, 200]
    assert [recorded for _, _, _, recorded, _ in counted(silent)] == [1]


def test_what_the_dossier_cannot_take_counts_nothing(silent: Poster) -> None:
    """It was not refused for the word."""
    unknown = silent.event("contact-made", {"channel": "Pigeon"}, "019b0000-0000-7000-8000-000000000000")
    assert slug(silent.send(unknown)) == "dossier-unknown"
    assert counted(silent) == []


def test_a_batch_a_stream_and_an_import_count_alike(silent: Poster) -> None:
    dossier = silent.open()
    batch = [silent.event("contact-made", {"channel": word}, dossier) for word in ("Pigeon", "phone", "Pigeon")]
    assert silent.batch(batch).status_code == 200
    stream = "\n".join(json.dumps(silent.event("contact-made", {"channel": "Pigeon"}, dossier)) for _ in range(3))
    assert silent.http.post("/v1/events", content=stream, headers=STREAM).status_code == 200
    mapping = MAPPING.replace("constant: phone", "constant: Pigeon")
    assert ended(silent.http, send(silent.http, table([row("c-1")]), mapping))["progress"]["accepted"] == 1
    expected = [("contact-made", "channel", "Pigeon", 6, 0)]
    eventually(lambda: counted(silent) == expected)  # an import is another process, which counts within a second


def test_a_batch_that_is_refused_whole_counts_what_it_was_refused_for(silent: Poster) -> None:
    dossier = silent.open()
    events = [
        silent.event("contact-made", {"channel": "Pigeon"}, dossier),
        silent.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, dossier),
    ]
    assert silent.batch(events, atomic="true").status_code == 422
    assert counted(silent) == [("aid-applied", "instrument", "Tombola", 0, 1)]


def test_a_correction_counts_under_the_type_it_corrects(silent: Poster) -> None:
    dossier = silent.open()
    contact = silent.post("contact-made", {"channel": "phone"}, dossier)["position"]
    applied = silent.post("aid-applied", {"application_id": "t", "instrument": "grant"}, dossier)["position"]
    correction = silent.event("event-corrected", {"corrects": contact, "data": {"channel": "Pigeon"}}, dossier)
    receipt = silent.send(correction).json()
    assert silent.send(correction).status_code == 200
    data = {"application_id": "t", "instrument": "Tombola"}
    wrong = silent.event("event-corrected", {"corrects": applied, "data": data}, dossier)
    assert slug(silent.send(wrong)) == "invalid"
    assert counted(silent) == [
        ("aid-applied", "instrument", "Tombola", 0, 1),
        ("contact-made", "channel", "Pigeon", 1, 0),
    ]
    assert unmapped(silent)[1]["positions"] == [receipt["position"]]


def test_a_correction_in_words_that_a_vocabulary_lacks_counts_too(desk: Poster) -> None:
    assert put(desk, {"terms": {"channel": {"Tél.": "phone"}}}).status_code == 201
    dossier = desk.open()
    contact = desk.post("contact-made", {"channel": "Tél."}, dossier)["position"]
    desk.post("event-corrected", {"corrects": contact, "data": {"channel": "Pigeon"}}, dossier)
    assert counted(desk) == [("contact-made", "channel", "Pigeon", 1, 0)]


def test_once_it_is_mapped_a_word_has_left_and_the_rehearsal_names_what_to_correct(
    silent: Poster, running: Running, auditor: Client, tmp_path: Path
) -> None:
    dossier = silent.open()
    position = silent.post("contact-made", {"channel": "Pigeon", "topic": "vat"}, dossier)["position"]
    silent.send(silent.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, dossier))
    mapped = {"terms": {"channel": {"Pigeon": "web"}, "instrument": {"Tombola": "voucher"}}}
    report = silent.http.post(f"/v1/vocabularies/{silent.agency.id}/rehearsal", json=mapped).json()
    assert [(one["word"], one["after"], one["positions"]) for one in report["changes"]] == [
        ("Pigeon", "web", [position])
    ]
    assert [(one["word"], one["positions"]) for one in report["unmapped"]] == [("vat", [position])]
    assert [one["word"] for one in report["settled"]] == ["Tombola"]
    file = tmp_path / "words.yaml"
    file.write_text(json.dumps(mapped | {"agency": silent.agency.id}))  # JSON is YAML
    said = running.run("vocabulary", "check", str(file), "--against-log")
    assert position in said
    assert put(silent, mapped).status_code == 201
    assert [word for _, _, word, _, _ in counted(silent)] == ["vat"]
    correction = {"corrects": position, "data": {"channel": "Pigeon"}}
    silent.post("event-corrected", correction, dossier)
    assert data_of(auditor, dossier)[1]["channel"] == "web"


def test_the_command_line_lists_what_the_api_lists(silent: Poster, running: Running) -> None:
    dossier = silent.open()
    silent.post("contact-made", {"channel": "Pigeon", "topic": "vat"}, dossier)
    for mapped in ({}, {"terms": {"topic": {"vat": "finance"}}}):
        assert put(silent, mapped).is_success
        listed = [word for _, _, word, _, _ in counted(silent)]
        told = json.loads(running.run("vocabulary", "unmapped", silent.agency.id, "--json"))
        assert [one["word"] for one in told] == listed
    assert listed == ["Pigeon"]
    refused = running.command("vocabulary", "unmapped", "nobody-at-all")
    assert (refused.returncode, "`nobody-at-all` is not registered" in refused.stderr) == (1, True)


def test_who_said_nothing_strange_has_an_empty_queue_and_who_is_unknown_none(desk: Poster, operator: Client) -> None:
    address = f"/v1/vocabularies/{desk.agency.id}/unmapped"
    assert operator.get(address).json() == {"agency": desk.agency.id, "unmapped": []}
    assert slug(operator.get("/v1/vocabularies/nobody-at-all/unmapped")) == "not-found"


def test_what_a_file_brings_in_beside_the_service_is_counted(desk: Poster, running: Running, tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(MAPPING.replace("constant: phone", "constant: Pigeon"))
    (tmp_path / "contacts.csv").write_bytes(table([row("c-1", fresh_number())]))
    arguments = [str(tmp_path / "contacts.csv"), "--mapping", str(tmp_path / "contacts.yaml")]
    running.run("import", *arguments, "--agency", desk.agency.id, "--dry-run")
    assert counted(desk) == []
    running.run("import", *arguments, "--agency", desk.agency.id)
    assert counted(desk) == [("contact-made", "channel", "Pigeon", 1, 0)]
