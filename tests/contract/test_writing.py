"""Writing one event: recorded once, refused by name, durable and readable at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.contract.client import Client, Poster, fresh_number, slug
from tests.strategies import SPELLINGS

from dossier.writing.registration import new_dossier_id


def test_a_new_event_is_answered_with_its_receipt(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, dossier))
    receipt = response.json()
    assert response.status_code == 201
    assert set(receipt) == {"dossier", "position", "version", "recordedtime", "digest", "duplicate"}
    assert (receipt["dossier"], receipt["version"], receipt["duplicate"]) == (str(dossier), 2, False)
    assert response.headers["etag"] == '"2"'
    stored = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"][1]
    assert (stored["position"], stored["digest"]) == (receipt["position"], receipt["digest"])


def test_the_same_again_is_answered_with_the_same_receipt(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    first, again = hub.send(event), hub.send(event)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}


def test_key_order_and_spacing_make_no_other_content(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone", "topic": "vat"}, hub.open())
    turned = {name: event[name] for name in reversed(event)} | {"data": {"topic": "vat", "channel": "phone"}}
    assert hub.send(event).status_code == 201
    assert hub.send(turned).json()["duplicate"] is True


def test_another_spelling_of_the_subject_is_the_same(hub: Poster, number: str) -> None:
    hub.post("enterprise-linked", {"legal_identifier": number}, hub.open())
    event = hub.event("contact-made", {"channel": "phone"}, number)
    first = hub.send(event).json()
    for spell in SPELLINGS:
        assert hub.send(event | {"subject": spell(number)}).json() == first | {"duplicate": True}
    assert hub.send(event | {"subject": first["dossier"]}).json() == first | {"duplicate": True}


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"channel": "visit"}},
        {"data": {"channel": "phone", "note": "Somebody else"}},
        {"time": "2026-03-02T09:00:01+01:00"},
        {"time": "2026-03-02T08:00:00Z"},
        {"timeprecision": "month"},
        {"type": "brussels.dossier.coaching-session-held.v1", "data": {}},
        {"correlationid": "c2"},
    ],
    ids=str,
)
def test_the_same_key_with_other_content_names_the_first_position(hub: Poster, change: dict[str, Any]) -> None:
    event = hub.event("contact-made", {"channel": "phone", "note": "Ring back"}, hub.open())
    first = hub.send(event).json()
    again = hub.send(event | change)
    assert again.status_code == 422
    assert slug(again) == "already-recorded-differently"
    assert again.json()["position"] == first["position"]


def test_the_server_s_own_stamp_is_passed_over_inwards(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    receipt = hub.send(event | {"recordedtime": "2020-01-01T00:00:00Z"}).json()
    assert receipt["recordedtime"] > "2026"
    assert hub.send(event).json()["duplicate"] is True


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("https://hub.example/dossiers", True),
        ("https://hub.example/dossiers/crm", True),
        ("https://hub.example/dossiers/a/../b", True),
        ("https://hub.example/dossiers-of-others", False),
        ("https://hub.example/dossiersx/crm", False),
        ("https://hub.example/dossiers/../others", False),
        ("https://hub.example/dossiers/%2e%2e/others", False),
        ("https://hub.example", False),
        ("https://innoviris.example", False),
    ],
)
def test_a_source_lies_under_the_agency_s_prefix(hub: Poster, source: str, taken: bool) -> None:
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, hub.open(), source=source))
    assert response.status_code == (201 if taken else 403)
    assert taken or slug(response) == "source-not-yours"


def test_if_match_holds_off_a_write_on_an_old_reading(hub: Poster) -> None:
    dossier = hub.open()
    hub.post("contact-made", {"channel": "phone"}, dossier)
    old = hub.send(hub.event("contact-made", {"channel": "phone"}, dossier), **{"if-match": '"1"'})
    assert (old.status_code, slug(old), old.json()["version"]) == (412, "version-mismatch", 2)
    assert old.headers["etag"] == '"2"'
    new = hub.send(hub.event("contact-made", {"channel": "phone"}, dossier), **{"if-match": '"2"'})
    assert new.status_code == 201


def test_the_version_that_a_412_tells_is_the_one_that_is_taken(hub: Poster) -> None:
    dossier = new_dossier_id()
    opening = hub.event("dossier-opened", {}, dossier)
    early = hub.send(opening, **{"if-match": '"1"'})
    assert (early.status_code, early.json()["version"], early.headers["etag"]) == (412, 0, '"0"')
    assert hub.send(opening, **{"if-match": early.headers["etag"]}).status_code == 201
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, dossier), **{"if-match": '"0"'}).status_code == 412


def test_a_repeat_is_a_repeat_whatever_it_expected(hub: Poster) -> None:
    """Whoever lost the first answer sends the same request again, old version and all."""
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    assert hub.send(event, **{"if-match": '"1"'}).status_code == 201
    assert hub.send(event, **{"if-match": '"1"'}).status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ("*", 201),
        ('"abc"', 412),
        ('W/"1"', 412),
        ('"0"', 412),
        ('"9", "1"', 201),
        ('"1", "9"', 201),
        ('"9", "8"', 412),
        ('W/"9", W/"1"', 412),
        ('"1", *', 400),
        ('"1", 9', 400),
        ('"x", W/"9", "1"', 201),
        ('"01"', 412),
        ('"1" "1"', 400),
        ("1", 400),
        ('"', 400),
        ("", 400),
    ],
)
def test_if_match_takes_what_http_says(hub: Poster, tag: str, status: int) -> None:
    """Source: RFC 9110, 13.1.1: strong comparison; a weak tag never matches."""
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, hub.open()), **{"if-match": tag})
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    ("lines", "status"), [(('"9"', '"1"'), 201), (('"1"', '"9"'), 201), (('"9"', '"8"'), 412), (('"1"', "9"), 400)]
)
def test_several_lines_of_if_match_are_one_list(hub: Poster, lines: tuple[str, str], status: int) -> None:
    """Source: RFC 9110, 5.3."""
    headers = [("content-type", "application/cloudevents+json"), *(("if-match", line) for line in lines)]
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    assert hub.http.post("/v1/events", json=event, headers=headers).status_code == status


def test_a_superscript_two_is_no_version(hub: Poster) -> None:
    headers = [(b"content-type", b"application/cloudevents+json"), (b"if-match", b'"\xb2"')]
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    assert hub.http.post("/v1/events", json=event, headers=headers).status_code in (400, 412)


def test_a_number_nobody_holds_is_an_unknown_subject(hub: Poster, number: str) -> None:
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, number))
    assert (response.status_code, slug(response)) == (404, "dossier-unknown")


def test_a_number_several_hold_is_ambiguous(hub: Poster, number: str) -> None:
    both = {str(hub.open()), str(hub.open())}
    for dossier in both:
        hub.post("enterprise-linked", {"legal_identifier": number}, dossier)
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, number))
    assert (response.status_code, slug(response)) == (409, "subject-ambiguous")


def test_an_unknown_dossier_is_not_opened_by_accident(hub: Poster, auditor: Client) -> None:
    dossier = new_dossier_id()
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, dossier)).status_code == 404
    assert auditor.get(f"/v1/dossiers/{dossier}").status_code == 404


@pytest.mark.parametrize(
    ("change", "name", "pointer"),
    [
        ({"type": "brussels.dossier.nothing.v1"}, "unknown-type", "/type"),
        ({"data": {"channel": "phone", "nickname": "Jo"}}, "invalid", "/data/nickname"),
        ({"data": {}}, "invalid", "/data/channel"),
        ({"data": {"channel": 3}}, "invalid", "/data/channel"),
        ({"data": None}, "invalid", "/data"),
        ({"nickname": "Jo"}, "invalid", "/nickname"),
        ({"time": "2026-03-02T09:00:00"}, "invalid", "/time"),
        ({"time": "2026-03-02"}, "invalid", "/time"),
        ({"time": None}, "invalid", "/time"),
        ({"specversion": "0.3"}, "invalid", "/specversion"),
        ({"timeprecision": "hour"}, "invalid", "/timeprecision"),
        ({"subject": "nobody"}, "invalid", "/subject"),
        ({"subject": "0000000000"}, "invalid", "/subject"),
        ({"id": ""}, "invalid", "/id"),
        ({"id": 7}, "invalid", "/id"),
    ],
    ids=str,
)
def test_what_is_not_valid_is_pointed_at(hub: Poster, change: dict[str, Any], name: str, pointer: str) -> None:
    dossier = hub.open()
    event = hub.event("contact-made", {"channel": "phone"}, dossier) | change
    response = hub.send(event)
    assert (response.status_code, slug(response)) == (422, name)
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert hub.http.get(f"/v1/dossiers/{dossier}").json()["version"] == 1, "nothing is written"


@pytest.mark.parametrize(("ahead", "status"), [(timedelta(hours=23), 201), (timedelta(hours=25), 422)])
def test_a_time_may_lie_a_day_ahead(hub: Poster, ahead: timedelta, status: int) -> None:
    time = (datetime.now(UTC) + ahead).isoformat()
    response = hub.send(hub.event("contact-made", {"channel": "phone"}, hub.open(), time=time))
    assert response.status_code == status
    assert status == 201 or slug(response) == "time-in-the-future"


@pytest.mark.parametrize("role", ["adviser", "operator"])
def test_what_was_written_is_read_at_once(hub: Poster, role: str, request: pytest.FixtureRequest) -> None:
    """By who sees the person, which is joined from the log, and by who does not, from rows projected beforehand."""
    http: Client = request.getfixturevalue(role)
    dossier = hub.open()
    for version in range(2, 12):
        hub.post("phase-declared", {"phase": "creation"}, dossier)
        read = http.get(f"/v1/dossiers/{dossier}")
        assert (read.headers["etag"], read.json()["version"]) == (f'"{version}"', version)
        assert len(http.get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]) == version


def test_who_posts_at_the_same_moment_never_conflicts(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    events = [hub.event("contact-made", {"channel": "phone"}, dossier) for _ in range(80)]
    with ThreadPoolExecutor(16) as together:
        answers = list(together.map(hub.send, events))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 82))


def test_who_posts_the_same_at_the_same_moment_is_recorded_once(hub: Poster, auditor: Client) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(hub.send, [event] * 8))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["position"] for answer in answers}) == 1


def test_of_two_who_expect_the_same_version_one_is_late(hub: Poster) -> None:
    dossier = hub.open()
    events = [hub.event("contact-made", {"channel": "phone"}, dossier) for _ in range(8)]
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda event: hub.send(event, **{"if-match": '"1"'}), events))
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 7


def test_unlinking_the_number_takes_the_subject_away(hub: Poster, number: str) -> None:
    dossier = hub.open()
    hub.post("enterprise-linked", {"legal_identifier": number}, dossier)
    hub.post("enterprise-unlinked", {"legal_identifier": number}, dossier)
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, number)).status_code == 404


def test_a_retracted_link_takes_the_subject_away(hub: Poster) -> None:
    dossier, number = hub.open(), fresh_number()
    linked = hub.post("enterprise-linked", {"legal_identifier": number}, dossier)
    hub.post("event-retracted", {"corrects": linked["position"]}, dossier)
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, number)).status_code == 404


def test_a_repeat_is_a_repeat_though_its_number_was_a_correction_s(hub: Poster) -> None:
    dossier = hub.open()
    first, second, third = fresh_number(), fresh_number(), fresh_number()
    linked = hub.post("enterprise-linked", {"legal_identifier": first}, dossier)["position"]
    hub.post("event-corrected", {"corrects": linked, "data": {"legal_identifier": second}}, dossier)
    event = hub.event("contact-made", {"channel": "phone"}, second)
    assert hub.send(event).status_code == 201
    hub.post("event-corrected", {"corrects": linked, "data": {"legal_identifier": third}}, dossier)
    assert hub.send(event).status_code == 200
