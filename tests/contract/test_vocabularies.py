"""An agency posts in its own words and reads them back; what nobody matched yet is counted, never guessed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.contract.client import STREAM, Client, Poster, slug
from tests.contract.running import Running
from tests.contract.speaking import put, unmapped
from tests.turn import eventually

WORDS: dict[str, Any] = {
    "terms": {
        "channel": {"Tél.": "phone", "Guichet": "counter"},
        "instrument": {"Subvention": "grant", "Prêt": "loan"},
        "topic": {"Plan fin.": "finance"},
    },
    "forms": {"aid-applied": {"PRIME-WEB": {"scheme": "web-grant", "instrument": "grant"}}},
}


def spoken(desk: Poster, declared: Any = WORDS) -> Poster:
    assert put(desk, declared).status_code == 201
    return desk


def entries(client: Client, dossier: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]
    return found


def test_an_agency_that_declared_nothing_has_version_0(desk: Poster, anybody: Client) -> None:
    answer = anybody.get(f"/v1/vocabularies/{desk.agency.id}")
    assert (answer.status_code, answer.json()["version"], answer.json()["terms"]) == (200, 0, {})
    assert slug(anybody.get("/v1/vocabularies/nobody-at-all")) == "not-found"


def test_a_vocabulary_is_published_in_versions_anyone_may_read(desk: Poster, anybody: Client) -> None:
    first = put(desk, WORDS)
    assert (first.status_code, first.json()["version"], first.headers["etag"]) == (201, 1, '"1"')
    assert put(desk, WORDS).status_code == 200, "the same again is the same version"
    second = put(desk, WORDS | {"about": "Second thoughts"})
    assert (second.status_code, second.json()["version"]) == (201, 2)
    read = anybody.get(f"/v1/vocabularies/{desk.agency.id}").json()
    assert read == second.json()
    assert read["terms"] == WORDS["terms"]


def test_yaml_is_taken_as_the_command_line_takes_it(desk: Poster) -> None:
    body = yaml.safe_dump(WORDS | {"agency": desk.agency.id}, allow_unicode=True)
    address = f"/v1/vocabularies/{desk.agency.id}"
    answer = desk.http.put(address, content=body.encode(), headers={"content-type": "application/yaml"})
    assert (answer.status_code, answer.json()["terms"]) == (201, WORDS["terms"])
    broken = desk.http.put(address, content=b"a: [", headers={"content-type": "application/yaml"})
    assert (broken.status_code, slug(broken)) == (400, "malformed")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"terms:\n  channel:\n    a: phone\n    a: web\n", "line 4, column 5: `a` stands here twice"),
        (b"about: x\nterms:\n\tchannel: {}\n", "line 3, column 1"),
        (b'terms: {}\nabout: "a\\0b"\n', "line 2, column 8: null characters are not taken"),
        ("about: x\nterms: é".encode("latin-1"), "Not UTF-8 at line 2"),
    ],
)
@pytest.mark.parametrize("address", ["", "/rehearsal"])
def test_yaml_that_is_none_is_told_where(desk: Poster, body: bytes, where: str, address: str) -> None:
    method = "POST" if address else "PUT"
    path = f"/v1/vocabularies/{desk.agency.id}{address}"
    answer = desk.http.request(method, path, content=body, headers={"content-type": "application/yaml"})
    assert (answer.status_code, slug(answer)) == (400, "malformed")
    assert where in answer.json()["detail"]


def test_the_first_word_declared_for_a_term_is_the_one_that_comes_back(desk: Poster, innoviris: Poster) -> None:
    words = {"Téléphone": "phone", "Appel entrant": "phone"}
    declared = put(desk, {"terms": {"channel": words}})
    assert list(declared.json()["terms"]["channel"]) == list(words)
    assert put(desk, {"terms": {"channel": words}}).status_code == 200
    dossier = innoviris.open()
    innoviris.post("contact-made", {"channel": "phone"}, dossier)
    assert entries(desk.http, dossier)[1]["own_words"] == {"channel": "Téléphone"}
    again = put(desk, {"terms": {"channel": dict(reversed(words.items()))}})
    assert (again.status_code, again.json()["version"]) == (201, 2), "another word comes back: it says another thing"
    assert entries(desk.http, dossier)[1]["own_words"] == {"channel": "Appel entrant"}


def test_who_has_no_vocabulary_is_told_of_them_where_a_word_is_refused(desk: Poster) -> None:
    event = desk.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, desk.open())

    def told(event: dict[str, Any]) -> dict[str, str]:
        return {one["pointer"]: one["detail"] for one in desk.send(event).json()["errors"]}

    assert "PUT /v1/vocabularies" in told(event)["/data/instrument"]
    assert [(one["word"], one["refused"]) for one in unmapped(desk)] == [("Tombola", 1)]
    put(desk, {"terms": {"channel": {"Tél.": "phone"}}})
    assert "PUT /v1/vocabularies" in told(event)["/data/instrument"], "it says nothing of this field"
    for instrument in (5, None, ""):
        wrong = desk.event("aid-applied", {"application_id": 7, "instrument": instrument}, desk.open())
        assert "vocabularies" not in str(told(wrong)), "that is no word"


def test_one_that_does_not_fit_is_refused_with_every_fault(desk: Poster, anybody: Client) -> None:
    answer = put(desk, {"terms": {"channel": {"Tél.": "telephone", "Fax": "fax"}, "colour": {}}})
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/terms/channel/Tél.", "/terms/channel/Fax", "/terms/colour"]
    assert anybody.get(f"/v1/vocabularies/{desk.agency.id}").json()["version"] == 0


def test_nobody_declares_the_words_of_another(desk: Poster, hub: Poster, operator: Client) -> None:
    address = f"/v1/vocabularies/{desk.agency.id}"
    assert slug(hub.http.put(address, json=WORDS)) == "forbidden"
    assert slug(hub.http.get(f"{address}/unmapped")) == "forbidden"
    assert slug(put(desk, WORDS | {"agency": "hub"})) == "invalid"
    assert operator.put(address, json=WORDS).status_code == 201


def test_own_words_are_recorded_as_common_terms_and_come_back(desk: Poster, innoviris: Poster, auditor: Client) -> None:
    dossier = spoken(desk).open()
    desk.post("contact-made", {"channel": "tél."}, dossier)
    desk.post("aid-applied", {"application_id": "w", "local_term": "PRIME-WEB"}, dossier)
    [_, contact, applied] = [entry["data"] for entry in entries(auditor, dossier)]
    assert contact == {"channel": "phone", "local_terms": {"channel": "tél."}}
    assert (applied["instrument"], applied["scheme"], applied["local_term"]) == ("grant", "web-grant", "PRIME-WEB")
    own = [entry.get("own_words") for entry in entries(desk.http, dossier)]
    assert own == [None, {"channel": "tél."}, {"instrument": "Subvention"}]
    assert "own_words" not in entries(innoviris.http, dossier)[1], "another agency has other words"


def test_what_others_recorded_is_read_in_one_s_own_words_too(desk: Poster, innoviris: Poster) -> None:
    spoken(desk)
    dossier = innoviris.open()
    innoviris.post("aid-applied", {"application_id": "x", "instrument": "loan"}, dossier)
    entry = entries(desk.http, dossier)[1]
    assert (entry["data"]["instrument"], entry["own_words"]) == ("loan", {"instrument": "Prêt"})
    after = int(entry["position"]) - 1
    [fed] = [
        one for one in desk.http.get(f"/v1/feed?after={after}").json()["entries"] if one["dossier"] == str(dossier)
    ]
    assert fed["own_words"] == {"instrument": "Prêt"}


def test_a_word_without_a_common_term_is_recorded_as_unmapped_and_counted(desk: Poster, auditor: Client) -> None:
    dossier = spoken(desk).open()
    positions = [desk.post("contact-made", {"channel": "Pigeon"}, dossier)["position"] for _ in range(2)]
    assert entries(auditor, dossier)[1]["data"] == {"channel": "unmapped", "local_terms": {"channel": "Pigeon"}}
    [waiting] = unmapped(desk)
    assert waiting["positions"] == positions
    assert {name: waiting[name] for name in ("type", "field", "word", "count", "recorded", "refused")} == {
        "type": "contact-made", "field": "channel", "word": "Pigeon", "count": 2, "recorded": 2, "refused": 0,
    }  # fmt: skip


def test_a_repeat_is_not_counted_again(desk: Poster) -> None:
    event = desk.event("contact-made", {"channel": "Pigeon"}, spoken(desk).open())
    assert [desk.send(event).status_code for _ in range(3)] == [201, 200, 200]
    assert [waiting["count"] for waiting in unmapped(desk)] == [1]


def test_a_word_that_must_have_a_common_term_is_refused_counted_and_taken_once_mapped(
    desk: Poster, auditor: Client
) -> None:
    dossier = spoken(desk).open()
    event = desk.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, dossier)
    refused = desk.send(event)
    assert (refused.status_code, slug(refused)) == (422, "invalid")
    assert refused.json()["errors"][0]["pointer"] == "/data/instrument"
    assert "PUT /v1/vocabularies" in refused.json()["errors"][0]["detail"]
    assert "Tombola" not in refused.text
    assert [(one["word"], one["refused"], one["positions"]) for one in unmapped(desk)] == [("Tombola", 1, [])]
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1
    terms = WORDS["terms"] | {"instrument": {**WORDS["terms"]["instrument"], "Tombola": "voucher"}}
    assert put(desk, WORDS | {"terms": terms}).status_code == 201
    assert unmapped(desk) == []
    assert desk.send(event).status_code == 201


def test_words_of_a_stream_are_counted_too(desk: Poster) -> None:
    dossier = spoken(desk).open()
    words = ["Pigeon"] * 3 + ["Tam-tam"]
    lines = [json.dumps(desk.event("contact-made", {"channel": word}, dossier)) for word in words]
    assert desk.http.post("/v1/events", content="\n".join(lines), headers=STREAM).status_code == 200
    assert [(one["word"], one["count"]) for one in unmapped(desk)] == [("Pigeon", 3), ("Tam-tam", 1)]


CHANGED: dict[str, Any] = {
    "its term is another": WORDS | {"terms": {"channel": {"Tél.": "web"}, "instrument": {"Subvention": "voucher"}}},
    "the word has gone": {"terms": {"channel": {}, "instrument": {}}},
    "the field has gone": {},
    "there is more of it": WORDS | {"forms": {"contact-made": {"X": {"channel": "web"}}}},
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_repeat_stays_a_repeat_whatever_the_vocabulary_says_by_then(desk: Poster, change: str) -> None:
    """Content is compared as it was posted."""
    dossier = spoken(desk).open()
    posted = [
        desk.event("contact-made", {"channel": "Tél.", "topic": "Plan fin.", "note": "Ring back"}, dossier),
        desk.event("aid-applied", {"application_id": "s", "instrument": "Subvention"}, dossier),
        desk.event("aid-applied", {"application_id": "w", "local_term": "PRIME-WEB"}, dossier),
        desk.event("contact-made", {"channel": "Pigeon"}, dossier),
    ]
    first = [desk.send(event).json() for event in posted]
    correction = desk.event(
        "event-corrected",
        {"corrects": first[1]["position"], "data": {"application_id": "s", "instrument": "Prêt"}},
        dossier,
    )
    posted.append(correction)
    first.append(desk.send(correction).json())
    assert put(desk, CHANGED[change]).status_code == 201
    for event, receipt in zip(posted, first, strict=True):
        again = desk.send(event)
        assert again.status_code == 200, again.text
        assert again.json() == receipt | {"duplicate": True}
    other = desk.send(posted[0] | {"data": {**posted[0]["data"], "channel": "Guichet"}})
    assert slug(other) == "already-recorded-differently"


def test_a_word_that_has_gone_is_refused_in_a_new_event(desk: Poster) -> None:
    dossier = spoken(desk).open()
    desk.post("aid-applied", {"application_id": "s", "instrument": "Subvention"}, dossier)
    assert put(desk, {"terms": {"instrument": {}}}).status_code == 201
    refused = desk.send(desk.event("aid-applied", {"application_id": "t", "instrument": "Subvention"}, dossier))
    assert (refused.status_code, slug(refused)) == (422, "invalid")
    assert [(one["word"], one["refused"]) for one in unmapped(desk)] == [("Subvention", 1)]


def test_a_correction_may_be_in_own_words(desk: Poster, auditor: Client) -> None:
    dossier = spoken(desk).open()
    position = desk.post("contact-made", {"channel": "Guichet"}, dossier)["position"]
    desk.post("event-corrected", {"corrects": position, "data": {"channel": "Tél.", "note": "It was a call"}}, dossier)
    entry = entries(auditor, dossier)[1]
    assert entry["data"] == {"channel": "phone", "note": "It was a call", "local_terms": {"channel": "Tél."}}
    assert entry["original"]["data"]["local_terms"] == {"channel": "Guichet"}
    wrong = desk.event("event-corrected", {"corrects": position, "data": {"channel": 7}}, dossier)
    assert desk.send(wrong).json()["errors"][0]["pointer"] == "/data/data/channel"


def test_a_rehearsal_says_what_a_vocabulary_would_change_and_changes_nothing(desk: Poster, anybody: Client) -> None:
    dossier = spoken(desk).open()
    desk.post("contact-made", {"channel": "Tél."}, dossier)
    pigeon = desk.post("contact-made", {"channel": "Pigeon"}, dossier)["position"]
    desk.post("contact-made", {"channel": "Tam-tam", "topic": "vat"}, dossier)
    desk.send(desk.event("aid-applied", {"application_id": "t", "instrument": "Tombola"}, dossier))
    new = {"terms": {"channel": {"Tél.": "phone", "Pigeon": "web"}, "instrument": {"Tombola": "voucher"}}}
    report = desk.http.post(f"/v1/vocabularies/{desk.agency.id}/rehearsal", json=new).json()
    assert (report["events"], report["events_changed"]) == (4, 2)
    assert report["changes"][0] == {
        "type": "contact-made", "field": "channel", "word": "Pigeon", "before": "unmapped", "after": "web",
        "events": 1, "positions": [pigeon],
    }  # fmt: skip
    assert report["changes"][1]["word"] == "vat"
    assert [(one["field"], one["word"]) for one in report["unmapped"]] == [("channel", "Tam-tam"), ("topic", "vat")]
    assert [one["word"] for one in report["settled"]] == ["Tombola"]
    assert anybody.get(f"/v1/vocabularies/{desk.agency.id}").json()["version"] == 1


def test_the_command_line_checks_rehearses_and_publishes(running: Running, desk: Poster, tmp_path: Any) -> None:
    """A running server knows it without being told."""
    file = tmp_path / "words.yaml"
    file.write_text(yaml.safe_dump(WORDS | {"agency": desk.agency.id}, allow_unicode=True))
    dossier = desk.open()
    desk.post("contact-made", {"channel": "Tél."}, dossier)
    assert running.run("vocabulary", "check", str(file)).endswith("5 words of 3 fields, 1 forms")
    assert "1 of 2 events would have been recorded in other terms" in running.run(
        "vocabulary", "check", str(file), "--against-log"
    )
    assert "version 1" in running.run("vocabulary", "publish", str(file))
    assert "stands already" in running.run("vocabulary", "publish", str(file))

    def known() -> bool:
        desk.post("contact-made", {"channel": "Pigeon"}, dossier)
        return [one["word"] for one in unmapped(desk)] == ["Pigeon"]

    eventually(known)
    assert "Pigeon" in running.run("vocabulary", "unmapped", desk.agency.id)
    file.write_text("agency: x\nterms: {channel: {a: b}}")
    refused = running.command("vocabulary", "check", str(file))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "/terms/channel/a" in refused.stderr
