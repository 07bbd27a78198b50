"""The auditor's replay over HTTP: what each event changed, two pairs of dates compared, what an agency knew."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from tests.contract.client import STRUCTURED, Client, Poster, slug

from dossier.verification.note import read_key, verify_checkpoint
from dossier.writing.registration import new_dossier_id

PERSON = {"given_name": "Ilse", "family_name": "Herspeeld", "language": "nl"}


class Told(NamedTuple):
    """A dossier on which hub.brussels opens and Innoviris decides, corrects and retracts; each receipt by name."""

    dossier: UUID
    receipts: dict[str, dict[str, Any]]

    def position(self, name: str) -> str:
        """The position of an event."""
        return str(self.receipts[name]["position"])

    def known(self, name: str) -> str:
        """The instant an event was recorded."""
        return str(self.receipts[name]["recordedtime"])


@pytest.fixture(scope="module")
def told(hub: Poster, innoviris: Poster) -> Told:
    dossier, receipts = new_dossier_id(), {}

    def post(name: str, who: Poster, type_: str, data: dict[str, Any], on: str) -> None:
        receipts[name] = who.post(type_, data, dossier, time=f"{on}T09:00:00+01:00")

    post("opened", hub, "dossier-opened", {"person": PERSON}, "2024-01-15")
    applied = {"application_id": "a", "instrument": "grant", "amount": "9000.00"}
    decided = {"application_id": "a", "outcome": "granted", "amount": "9000.00", "legal_basis": "gber"}
    post("applied", innoviris, "aid-applied", applied, "2024-02-01")
    post("decided", innoviris, "aid-decided", decided, "2024-03-01")
    corrected = {"corrects": receipts["decided"]["position"], "data": decided | {"amount": "7000.00"}}
    post("corrected", innoviris, "event-corrected", corrected, "2024-03-02")
    post("contact", hub, "contact-made", {"channel": "phone", "note": "Ilse belde"}, "2024-04-01")
    post("retracted", hub, "event-retracted", {"corrects": receipts["contact"]["position"]}, "2024-04-02")
    return Told(dossier, receipts)


@pytest.fixture
def steps(auditor: Client, told: Told) -> dict[str, dict[str, Any]]:
    """The events with what they changed, by name."""
    found = auditor.get(f"/v1/dossiers/{told.dossier}/history", params={"changes": True}).json()["events"]
    return dict(zip(told.receipts, found, strict=True))


def changes(step: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["before"], change["after"]) for change in step["changes"]}


def test_each_event_says_what_it_changed(steps: dict[str, dict[str, Any]]) -> None:
    assert changes(steps["opened"])["/person"] == (None, PERSON)
    assert changes(steps["decided"])["/aid/granted/grant"] == (None, "9000.00")
    assert changes(steps["corrected"])["/aid/granted/grant"] == ("9000.00", "7000.00")


def test_amendments_say_what_they_point_at_and_their_target_says_by_what(told: Told, steps: dict[str, Any]) -> None:
    assert steps["corrected"]["amends"] == told.position("decided")
    assert steps["decided"]["corrected_by"] == told.position("corrected")
    assert steps["retracted"]["amends"] == told.position("contact")
    assert steps["contact"]["retracted_by"] == told.position("retracted")
    assert [name for name, step in steps.items() if not step["counted"]] == ["contact"]


def test_known_at_an_instant_later_events_are_not_there_yet(auditor: Client, told: Told) -> None:
    asked: dict[str, Any] = {"changes": True, "known": told.known("decided")}
    found = auditor.get(f"/v1/dossiers/{told.dossier}/history", params=asked)
    assert found.json()["version"] == 3
    assert found.json()["known"] == told.known("decided")
    assert "corrected_by" not in found.json()["events"][-1]


def test_the_replay_as_ndjson_says_its_dates_in_the_trailer(auditor: Client, told: Told) -> None:
    asked: dict[str, Any] = {"changes": True, "effective": "2024-02-15"}
    lines = auditor.get(
        f"/v1/dossiers/{told.dossier}/history", params=asked, headers={"accept": "application/x-ndjson"}
    ).text.splitlines()
    assert len(lines) == len(told.receipts) + 1
    assert '"effective":"2024-02-15"' in lines[-1]
    assert '"changes":[]' in lines[2]


def test_two_pairs_are_compared_with_the_events_that_made_the_difference(auditor: Client, told: Told) -> None:
    asked = {"from_known": told.known("decided"), "to_known": told.known("corrected")}
    found = auditor.get(f"/v1/dossiers/{told.dossier}/comparison", params=asked).json()
    granted = [one for one in found["differences"] if one["field"] == "/aid/granted/grant"]
    expected = {"field": "/aid/granted/grant", "before": "9000.00", "after": "7000.00"}
    assert granted == [expected | {"positions": [told.position("corrected")]}]
    assert (found["from"]["version"], found["to"]["version"]) == (3, 4)


def test_two_days_are_compared_by_what_happened_between(auditor: Client, told: Told) -> None:
    asked = {"from_effective": "2024-01-20", "to_effective": "2024-02-15"}
    found = auditor.get(f"/v1/dossiers/{told.dossier}/comparison", params=asked).json()["differences"]
    moved = {one["field"]: one["positions"] for one in found}
    assert moved["/open_applications/a"] == [told.position("applied")]
    assert "/aid/granted" not in moved


def test_a_comparison_goes_backwards_too(auditor: Client, told: Told) -> None:
    days = ("2024-01-20", "2024-03-10")
    there, back = (
        auditor.get(
            f"/v1/dossiers/{told.dossier}/comparison", params={"from_effective": one, "to_effective": other}
        ).json()["differences"]
        for one, other in (days, days[::-1])
    )
    assert [one | {"before": one["after"], "after": one["before"]} for one in there] == back


def test_an_entrepreneur_compares_their_own_dossier_alone(
    connect: Callable[..., Client], token: Callable[..., str], told: Told
) -> None:
    own = connect(token("entrepreneur", dossier=told.dossier))
    assert own.get(f"/v1/dossiers/{told.dossier}/comparison").json()["differences"] == []
    assert slug(own.get(f"/v1/dossiers/{new_dossier_id()}/comparison")) == "forbidden"
    assert own.get(f"/v1/dossiers/{told.dossier}/readings").json()["readings"][0]["role"] == "entrepreneur"


def test_an_agency_knows_what_it_recorded_and_no_more_until_it_reads(
    auditor: Client, innoviris: Poster, told: Told
) -> None:
    address, asked = f"/v1/dossiers/{told.dossier}/known-by", {"agency": "innoviris"}
    before = datetime.now(UTC).isoformat()
    found = auditor.get(address, params=asked).json()
    known = {event["position"]: [one["how"] for one in event["because"]] for event in found["events"]}
    assert known[told.position("opened")] == []
    assert known[told.position("applied")] == ["recorded"]
    assert "/opened_on" in [one["field"] for one in found["unknown"]]
    innoviris.http.get(f"/v1/dossiers/{told.dossier}")
    read = auditor.get(address, params=asked).json()
    opened = read["events"][0]
    assert [one["how"] for one in opened["because"]] == ["read"]
    assert read["unknown"] == []
    numbers = [
        entry["number"]
        for entry in auditor.get("/v1/readings", params={"dossier": str(told.dossier), "agency": "innoviris"}).json()[
            "readings"
        ]
    ]
    assert opened["because"][0]["reading"] in numbers
    again = auditor.get(address, params=asked | {"on": before}).json()
    assert again["events"][0]["known"] is False, "by then it had not read it"


def test_what_is_known_at_the_last_instant_of_the_calendar_is_known_now(auditor: Client, told: Told) -> None:
    address = f"/v1/dossiers/{told.dossier}/known-by"
    now, last = (
        auditor.get(address, params={"agency": "innoviris", **on}) for on in ({}, {"on": "9999-12-31T23:59:59.999999Z"})
    )
    assert (last.status_code, last.json()["events"]) == (200, now.json()["events"])


def test_an_organisation_without_a_trace_knows_nothing_on_record(auditor: Client, told: Told) -> None:
    found = auditor.get(f"/v1/dossiers/{told.dossier}/known-by", params={"agency": "finance"}).json()
    assert [event["known"] for event in found["events"]] == [False] * len(told.receipts)
    assert found["state"] == {}
    assert found["on_record"]["deliveries_kept_days"] > 0


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("known-by?agency=hub&on=yesterday", "/on"),
        ("known-by?agency=HUB!", "/agency"),
        ("known-by?agency=innovris", "/agency"),
        ("comparison?from_effective=soon", "/effective"),
        ("history?changes=true&known=soon", "/known"),
    ],
)
def test_what_cannot_be_asked_is_refused(auditor: Client, told: Told, path: str, pointer: str) -> None:
    answer = auditor.get(f"/v1/dossiers/{told.dossier}/{path}")
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("path", ["history?changes=true", "comparison", "known-by?agency=hub", "report"])
def test_of_an_unknown_dossier_nothing_is_replayed(auditor: Client, path: str) -> None:
    assert slug(auditor.get(f"/v1/dossiers/{new_dossier_id()}/{path}")) == "not-found"


@pytest.mark.parametrize(("lang", "says"), [("fr", "Rapport"), ("nl", "Verslag"), ("en", "Report")])
def test_the_report_has_every_event_once_and_nothing_from_elsewhere(
    auditor: Client, told: Told, lang: str, says: str
) -> None:
    answer = auditor.get(f"/v1/dossiers/{told.dossier}/report", params={"lang": lang})
    text = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{says}" in text
    assert re.findall(r'<tbody id="p(\d+)"', text) == [told.position(name) for name in told.receipts]
    for receipt in told.receipts.values():
        assert text.count(str(receipt["digest"])) == 1
    assert "Ilse Herspeeld" in text
    assert not re.search(r"<script|<img|<link|src=|href=|url\(", text)


def test_the_report_names_the_log_and_the_digest_of_the_replay(auditor: Client, told: Told) -> None:
    text = html.unescape(auditor.get(f"/v1/dossiers/{told.dossier}/report").text)
    history = auditor.get(
        f"/v1/dossiers/{told.dossier}/history", params={"changes": True}, headers={"accept": "application/x-ndjson"}
    ).text.splitlines()
    assert str(json.loads(history[-1])["digest"]) in text
    assert auditor.get("/v1/log/vkey").text.strip() in text
    found = re.search(r"<pre>(.*?)</pre>", text, re.DOTALL)
    assert found is not None
    checkpoint = verify_checkpoint(found[1], read_key(auditor.get("/v1/log/vkey").text))
    assert checkpoint.size >= int(told.position("retracted"))


@pytest.mark.parametrize(
    "dates", [{"effective": "2024-02-15"}, {"known": None}, {"effective": "2024-03-01", "known": None}]
)
def test_the_report_of_two_dates_says_where_its_digest_is_found_again(
    auditor: Client, told: Told, dates: dict[str, str | None]
) -> None:
    asked = {name: value or told.known("corrected") for name, value in dates.items()}
    text = html.unescape(auditor.get(f"/v1/dossiers/{told.dossier}/report", params=asked).text)
    [address] = re.findall(r"<code>GET (/v1/\S*/history\S*)</code>", text)
    lines = auditor.get(address, headers={"accept": "application/x-ndjson"}).text.splitlines()
    trailer = json.loads(lines[-1])
    assert trailer["digest"] in text
    assert {name: trailer[name] for name in asked} == asked


def test_the_report_says_what_a_correction_says_instead_and_why(auditor: Client, hub: Poster, operator: Client) -> None:
    dossier = hub.open(person=PERSON)
    session = hub.post("coaching-session-held", {"minutes": 90}, dossier, time="2025-06-01T09:00:00+02:00")
    data = {"corrects": session["position"], "data": {"minutes": 91, "note": "Ilse kwam later"},
            "time": "2025-07-01T00:00:00+02:00", "timeprecision": "month", "reason": "Ilse telde verkeerd"}  # fmt: skip
    corrected = hub.post("event-corrected", data, dossier)
    hub.post("event-retracted", {"corrects": corrected["position"], "reason": "Ilse had gelijk"}, dossier)
    report = partial(auditor.get, f"/v1/dossiers/{dossier}/report", params={"lang": "en"})
    pairs = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", report().text)
    for pair in (("date", "July 2025"), ("duration", "91 min"), ("note", "Ilse kwam later")):
        assert pairs.count(pair) == 1
    assert [said for name, said in pairs if name == "reason"] == ["Ilse telde verkeerd", "Ilse had gelijk"]
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    assert operator.post("/v1/events", json=erasure, headers=STRUCTURED).is_success
    assert "91 min" in report().text
    assert "Ilse" not in report().text


def test_after_an_erasure_the_report_says_so_and_names_nobody(auditor: Client, hub: Poster, operator: Client) -> None:
    dossier = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Ilse belde"}, dossier)
    hub.post("mandate-declared", {"agency": "hub", "purpose": "support", "legal_ground": "contract"}, dossier)
    erased = hub.post("personal-data-erased", {"scope": "all", "ground": "request"}, dossier)
    text = auditor.get(f"/v1/dossiers/{dossier}/report", params={"lang": "en"}).text
    history = auditor.get(f"/v1/dossiers/{dossier}/history", params={"changes": True})
    for said in (text, history.text):
        assert "Ilse" not in said
        assert "Herspeeld" not in said
    assert text.count(f"personal data erased by the event at position {erased['position']}") == 2
    assert [event.get("erased_by") for event in history.json()["events"]] == [erased["position"]] * 2 + [None] * 2
