"""The pilot battery: what an agency's own program must be able to do before it goes live, in the order it will.

Each test is one sentence of docs/how-to/pilot.md. They use the public interface alone.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.pilot.conftest import Agency, Installation
from tests.turn import eventually

STREAM = {"content-type": "application/x-ndjson"}
MAPPING = """
version: 1
name: pilot
about: The battery's own file
file: {format: csv}
columns: {ref: Reference, number: Enterprise, day: Day}
dossier: {enterprise: number, opened_at: {date: day, formats: [dd/mm/yyyy]}}
events:
  - type: contact-made
    id: "{ref}"
    time: {date: day, formats: [dd/mm/yyyy]}
    data: {channel: {constant: phone}}
"""
FILE = "Reference,Enterprise,Day\npilot-1,0403.019.261,02/03/2026\npilot-2,0403.019.261,31/02/2026\n"


def page_after(follower: Agency, position: int, **filters: str) -> tuple[list[dict[str, Any]], int]:
    """Everything in the feed after a position, page after page, and where the feed has come to."""
    path = str(httpx.URL("/v1/feed", params={"after": str(position), **filters}))
    found: list[dict[str, Any]] = []
    while path:
        response = follower.http.get(path)
        assert response.status_code == 200, response.text
        found += response.json()["entries"]
        position = int(response.json()["last"])
        path = response.links.get("next", {}).get("url", "")
    return found, position


# connect


def test_connect_the_service_is_ready(installation: Installation) -> None:
    answer = httpx.get(f"{installation.url}/health/ready", timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_connect_the_token_is_taken_and_speaks_for_an_agency(agency: Agency) -> None:
    assert agency.http.get("/v1/feed").status_code == 200
    assert agency.prefix


def test_connect_without_a_token_nothing_is_open(installation: Installation) -> None:
    answer = httpx.get(f"{installation.url}/v1/feed", timeout=30)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


# post


def test_post_an_event_is_recorded_and_read_back_at_once(agency: Agency, dossier: str) -> None:
    receipt = agency.post("contact-made", {"channel": "phone", "note": "First call."}, dossier)
    shown = agency.http.get(f"/v1/dossiers/{dossier}")
    assert shown.headers["etag"] == f'"{receipt["version"]}"'
    [entry] = [
        entry
        for entry in agency.http.get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]
        if entry["position"] == receipt["position"]
    ]
    assert entry["data"]["note"] == "First call."


def test_post_a_mistake_is_refused_with_the_field_at_fault_and_nothing_is_written(agency: Agency, dossier: str) -> None:
    before = agency.http.get(f"/v1/dossiers/{dossier}").headers["etag"]
    answer = agency.send(agency.event("contact-made", {"chanel": "phone"}, dossier))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} >= {"/data/chanel"}
    assert agency.http.get(f"/v1/dossiers/{dossier}").headers["etag"] == before


def test_post_a_source_that_is_not_yours_is_refused(agency: Agency, dossier: str) -> None:
    event = agency.event("contact-made", {"channel": "phone"}, dossier, source="https://somebody-else.example/x")
    assert agency.send(event).status_code == 403


# retry


def test_retry_the_same_event_again_is_stored_once(agency: Agency, dossier: str) -> None:
    event = agency.event("contact-made", {"channel": "phone"}, dossier)
    first, again = agency.send(event), agency.send(event)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}


def test_retry_other_content_under_the_same_id_is_refused(agency: Agency, dossier: str) -> None:
    event = agency.event("contact-made", {"channel": "phone"}, dossier)
    assert agency.send(event).status_code == 201
    answer = agency.send(event | {"data": {"channel": "web"}})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/already-recorded-differently")


def test_retry_a_registration_with_its_key_opens_one_dossier(agency: Agency, run: str) -> None:
    registration = {"person": {"given_name": "Pilote", "family_name": f"Répété {run}"}}
    headers = {"Idempotency-Key": f"pilot-{run}"}
    answers = [agency.http.post("/v1/dossiers", json=registration, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]


# follow


def test_follow_what_is_posted_comes_by_the_feed_once_and_without_persons(agency: Agency, dossier: str) -> None:
    _, start = page_after(agency, int(agency.post("contact-made", {"channel": "web"}, dossier)["position"]))
    note = "Somebody wrote this."
    posted = [agency.post("contact-made", {"channel": "phone", "note": note}, dossier) for _ in range(3)]
    found, end = page_after(agency, start, agency=agency.id)
    mine = [entry["position"] for entry in found if entry["dossier"] == dossier]
    assert mine == [receipt["position"] for receipt in posted]
    assert note not in json.dumps(found)
    assert [e for e in page_after(agency, end)[0] if e["dossier"] == dossier] == [], "nothing comes twice"


def test_follow_what_is_posted_comes_by_the_stream_once_it_is_durable(agency: Agency, dossier: str) -> None:
    start = agency.post("contact-made", {"channel": "web"}, dossier)["position"]
    asked = {"after": start, "agency": agency.id}
    with agency.http.stream("GET", "/v1/stream", params=asked) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        posted = agency.post("contact-made", {"channel": "phone"}, dossier)["position"]
        lines = response.iter_lines()
        assert any(line == f"id: {posted}" for line in lines), "the stream ended before"


def test_follow_a_webhook_is_subscribed_listed_and_taken_back(agency: Agency) -> None:
    """The endpoint is one that leads nowhere: nothing of yours is sent to anybody."""
    wanted = {"url": "https://pilot.invalid/dossier", "types": ["brussels.dossier.premises-left.v1"]}
    made = agency.http.post("/v1/webhooks", json=wanted)
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_"), made.text
    address = made.headers["location"]
    shown = agency.http.get(address).json()
    assert (shown["url"], "secret" in shown) == (wanted["url"], False), "the secret is shown once"
    assert agency.http.delete(address).status_code == 204
    assert agency.http.get(address).status_code == 404


# refer


def test_refer_and_see_it_open(agency: Agency, dossier: str, partner: Agency | None) -> None:
    to = partner.id if partner else agency.id
    agency.post("referral-made", {"referral_id": "pilot", "to_agency": to, "service": "coaching"}, dossier)
    [referral] = agency.http.get(f"/v1/dossiers/{dossier}").json()["open_referrals"]
    assert (referral["referral_id"], referral["to_agency"], referral["status"]) == ("pilot", to, "waiting")


def test_refer_the_partner_answers_and_you_see_it(agency: Agency, dossier: str, partner: Agency | None) -> None:
    if partner is None:
        pytest.skip("needs --partner-token: a token of the agency that answers")
    agency.post("referral-made", {"referral_id": "pilot", "to_agency": partner.id}, dossier)
    answer = agency.send(agency.event("referral-accepted", {"referral_id": "pilot"}, dossier))
    assert answer.status_code == 422, "only the agency it is addressed to answers"
    partner.post("referral-accepted", {"referral_id": "pilot"}, dossier)
    changed = agency.http.get(f"/v1/dossiers/{dossier}/changes", params={"since": "0"}).json()
    assert any(entry["type"].endswith("referral-accepted.v1") for entry in changed["entries"])
    partner.post("referral-completed", {"referral_id": "pilot"}, dossier)
    assert agency.http.get(f"/v1/dossiers/{dossier}").json()["open_referrals"] == []


# import


def test_import_a_stream_is_taken_line_by_line_and_may_be_repeated(agency: Agency, dossier: str) -> None:
    events = [agency.event("contact-made", {"channel": "phone"}, dossier) for _ in range(200)]
    events.insert(100, agency.event("no-such-thing", {}, dossier))
    body = "".join(json.dumps(event) + "\n" for event in events)
    for expected in (201, 200):
        answer = agency.http.post("/v1/events", content=body, headers=STREAM)
        results = [json.loads(line) for line in answer.text.splitlines()]
        statuses = [result["status"] for result in results if "index" in result]
        assert statuses == [*[expected] * 100, 422, *[expected] * 100]


def test_import_a_file_is_rehearsed_and_each_wrong_line_is_told(agency: Agency) -> None:
    """A dry run: your installation's dossiers stay as they are."""
    form = {"mapping": MAPPING, "dry_run": "true"}
    sent = agency.http.post("/v1/imports", files={"file": ("pilot.csv", FILE, "text/csv")}, data=form)
    assert sent.status_code == 202, sent.text

    def ended() -> bool:
        return agency.http.get(sent.headers["location"]).json()["status"] in ("done", "failed")

    eventually(ended, seconds=60)
    status = agency.http.get(sent.headers["location"]).json()
    progress = status["progress"]
    assert (status["status"], progress["rows"], progress["quarantined"]) == ("done", 2, 1)
    [line] = agency.http.get(status["report"], params={"lang": "en"}).json()["quarantined"]
    assert (line["line"], line["faults"][0]["column"]) == (3, "Day")


# read responsibly


def test_read_with_a_purpose_from_the_list(agency: Agency, dossier: str) -> None:
    path = f"/v1/dossiers/{dossier}"
    assert agency.http.get(path, headers={"Dossier-Purpose": "guidance"}).status_code == 200
    assert agency.http.get(path, headers={"Dossier-Purpose": "curiosity"}).status_code == 422


def test_read_what_changed_since_your_last_reading(agency: Agency, dossier: str) -> None:
    agency.http.get(f"/v1/dossiers/{dossier}")
    receipt = agency.post("phase-declared", {"phase": "creation"}, dossier)
    changed = agency.http.get(f"/v1/dossiers/{dossier}/changes").json()
    assert [entry["position"] for entry in changed["entries"]] == [receipt["position"]]


# the pilot's question


def test_measure_the_pilots_figures_are_there(agency: Agency) -> None:
    eventually(lambda: agency.http.get("/v1/pilot").status_code != 503, seconds=200)  # a new service has yet to publish
    figures = agency.http.get("/v1/pilot").json()
    assert figures["headline"].keys() == {"hours_to_first_reading", "share_reused", "asked_twice"}
    assert figures["since"]


# leave


def test_leave_with_everything_you_posted(agency: Agency, dossier: str) -> None:
    event = agency.event("contact-made", {"channel": "phone", "note": "Mine to take."}, dossier)
    receipt = agency.send(event).json()
    answer = agency.http.get(f"/v1/agencies/{agency.id}/export", timeout=600)
    assert answer.status_code == 200
    *lines, trailer = [json.loads(line) for line in answer.text.splitlines()]
    assert (trailer["trailer"], trailer["count"]) == (True, len(lines))
    [line] = [line for line in lines if line["position"] == receipt["position"]]
    assert {name: line[name] for name in event} == event
    assert {line["agency"] for line in lines} == {agency.id}
