"""As true on a day, as known at an instant; corrections, retractions and facts that come late."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import Client, Poster, slug


def phase(http: Client, dossier: UUID, **asked: str) -> Any:
    response = http.get(f"/v1/dossiers/{dossier}", params=asked)
    assert response.status_code == 200, response.text
    return response.json()["phase"]["value"]


def timeline(http: Client, dossier: UUID, **asked: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = http.get(f"/v1/dossiers/{dossier}/timeline", params=asked).json()["entries"]
    return entries


def declare(hub: Poster, dossier: UUID, value: str, time: str) -> dict[str, Any]:
    return hub.post("phase-declared", {"phase": value}, dossier, time=time)


def test_a_fact_counts_up_to_the_end_of_its_day_in_brussels(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    declare(hub, dossier, "creation", "2024-06-30T23:59:59+02:00")
    declare(hub, dossier, "post-creation", "2024-06-30T22:00:00Z")
    read = {day: phase(auditor, dossier, effective=day) for day in ("2024-06-29", "2024-06-30", "2024-07-01")}
    assert read == {"2024-06-29": "pre-creation", "2024-06-30": "creation", "2024-07-01": "post-creation"}


def test_a_late_fact_takes_its_place_in_time(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    declare(hub, dossier, "post-creation", "2024-05-01T09:00:00+02:00")
    late = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")
    assert phase(auditor, dossier) == "post-creation"
    assert phase(auditor, dossier, effective="2024-04-01") == "creation"
    entries = timeline(auditor, dossier)
    assert [entry["position"] for entry in entries][1] == late["position"]
    assert [entry["time"] for entry in entries] == sorted(entry["time"] for entry in entries)


def test_what_was_known_then_leaves_out_what_came_after(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    first = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")
    declare(hub, dossier, "post-creation", "2024-02-01T09:00:00+01:00")
    response = auditor.get(f"/v1/dossiers/{dossier}", params={"known": first["recordedtime"]})
    assert (response.json()["phase"]["value"], response.json()["version"]) == ("creation", 2)
    assert response.headers["etag"] == '"2"'


def test_before_the_first_event_there_was_no_dossier(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    for path in ("", "/timeline"):
        response = auditor.get(f"/v1/dossiers/{dossier}{path}", params={"known": "2020-01-01T00:00:00Z"})
        assert (response.status_code, slug(response)) == (404, "not-found")


def test_the_instant_known_is_exact_to_the_microsecond_and_takes_any_offset(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    recorded = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")["recordedtime"]
    assert len(recorded.partition(".")[2]) == len("000000Z")
    before = f"{recorded[:-7]}{max(int(recorded[-7:-1]) - 1, 0):06d}Z"
    assert phase(auditor, dossier, known=recorded) == "creation"
    if not recorded.endswith("000000Z"):
        assert auditor.get(f"/v1/dossiers/{dossier}", params={"known": before}).json()["version"] == 1
    assert phase(auditor, dossier, known=recorded.replace("Z", "+00:00")) == "creation"
    address = f"/v1/dossiers/{dossier}?known={recorded.replace('Z', '+00:00')}"  # a plus that nobody encoded
    assert auditor.get(address).status_code == 200


def test_known_at_the_end_of_the_calendar_is_known_now(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    known = "9999-12-31T23:59:59Z"
    assert phase(auditor, dossier, known=known) == "pre-creation"
    asked = {"from_known": known, "to_known": known}
    assert auditor.get(f"/v1/dossiers/{dossier}/comparison", params=asked).status_code == 200
    assert auditor.get(f"/v1/dossiers/{dossier}/report", params={"known": known}).status_code == 200


def test_an_instant_is_told_in_the_form_of_rfc_3339_in_any_year(hub: Poster) -> None:
    told = hub.http.get(f"/v1/dossiers/{hub.open()}/changes", params={"since": "0999-01-01T00:00:00Z"}).json()
    assert told["since"]["at"] == "0999-01-01T00:00:00.000000Z"


def test_a_correction_counts_from_when_it_is_known_whatever_its_own_time(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    wrong = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")
    data = {"corrects": wrong["position"], "data": {"phase": "post-creation"}}
    hub.post("event-corrected", data, dossier, time="2025-01-01T09:00:00+01:00")
    assert phase(auditor, dossier, effective="2024-03-01") == "post-creation"
    assert phase(auditor, dossier, effective="2024-03-01", known=wrong["recordedtime"]) == "creation"


def test_a_correction_keeps_the_time_unless_it_gives_another(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    wrong = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")
    correction = {"corrects": wrong["position"], "data": {"phase": "creation"}, "time": "2024-02-01T09:00:00+01:00"}
    hub.post("event-corrected", correction, dossier)
    assert phase(auditor, dossier, effective="2024-02-01") == "creation"
    assert timeline(auditor, dossier)[1]["time"] == "2024-02-01T09:00:00+01:00"


def test_the_last_correction_wins(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    position = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")["position"]
    for value, time in (("post-creation", "2025-06-01"), ("pre-creation", "2025-01-01")):
        hub.post("event-corrected", {"corrects": position, "data": {"phase": value}}, dossier, time=f"{time}T09:00:00Z")
    assert phase(auditor, dossier) == "pre-creation"


def test_a_retracted_fact_is_struck_out_and_counts_no_longer(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    position = declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")["position"]
    retraction = hub.post("event-retracted", {"corrects": position}, dossier)["position"]
    assert phase(auditor, dossier) == "pre-creation"
    assert timeline(auditor, dossier)[1]["retracted_by"] == retraction
    hub.post("event-retracted", {"corrects": retraction}, dossier)
    assert phase(auditor, dossier) == "creation"
    assert "retracted_by" not in timeline(auditor, dossier)[1]


def test_a_corrected_entry_says_by_which_correction_and_what_it_said_before(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    position = hub.post("contact-made", {"channel": "phone", "note": "Léa"}, dossier)["position"]
    data = {"corrects": position, "data": {"channel": "visit", "note": "Zoé"}}
    correction = hub.post("event-corrected", data, dossier)["position"]
    entry = timeline(auditor, dossier)[1]
    assert entry["corrected_by"] == correction
    assert entry["data"] == {"channel": "visit", "note": "Zoé"}
    assert entry["original"]["data"] == {"channel": "phone", "note": "Léa"}


def test_an_entry_carries_what_the_contract_names(hub: Poster, auditor: Client) -> None:
    entries = timeline(auditor, hub.open())
    assert {"position", "type", "agency", "time", "timeprecision", "recordedtime"} <= set(entries[0])


def test_labels_speak_the_language_asked_for(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    labels = {lang: timeline(auditor, dossier, lang=lang)[0]["label"] for lang in ("fr", "nl", "en")}
    assert labels == {"fr": "Dossier ouvert", "nl": "Dossier geopend", "en": "Dossier opened"}


@pytest.mark.parametrize("name", ["event-corrected", "event-retracted"])
def test_only_an_event_of_the_dossier_can_be_amended(hub: Poster, name: str) -> None:
    dossier = hub.open()
    other = hub.post("contact-made", {"channel": "phone"}, hub.open())["position"]
    data = {"data": {"channel": "visit"}} if name == "event-corrected" else {}
    for position in (other, "999999999"):
        response = hub.send(hub.event(name, {"corrects": position, **data}, dossier))
        assert (response.status_code, slug(response)) == (422, "event-unknown")


def test_both_clocks_at_once(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    declare(hub, dossier, "creation", "2024-03-01T09:00:00+01:00")
    known = declare(hub, dossier, "post-creation", "2024-05-01T09:00:00+01:00")["recordedtime"]
    declare(hub, dossier, "post-creation", "2024-03-15T09:00:00+01:00")
    assert phase(auditor, dossier, effective="2024-04-01", known=known) == "creation"
    assert phase(auditor, dossier, effective="2024-04-01") == "post-creation"
