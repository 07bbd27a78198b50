"""The stream of server-sent events: the feed as it comes, and what a follower may ask for and see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.sse import listening, parsed, take

CONTACT = "brussels.dossier.contact-made.v1"
PERSON = {"given_name": "Zoé", "family_name": "Suivie", "language": "fr"}


def head(poster: Poster) -> str:
    last: str = poster.http.get("/v1/feed", params={"after": "head"}).json()["last"]
    return last


def test_a_stream_gives_the_entries_of_the_feed(hub: Poster, innoviris: Poster) -> None:
    start, dossier = head(hub), hub.open()
    for channel in ("phone", "visit", "mail"):
        hub.post("contact-made", {"channel": channel}, dossier)
    page = innoviris.http.get("/v1/feed", params={"after": start}).json()["entries"]
    with listening(innoviris.http, after=start) as messages:
        told = take(messages, 4)
    assert [message.data for message in told] == page
    assert [message.id for message in told] == [entry["position"] for entry in page]
    assert [message.event for message in told] == [entry["type"] for entry in page]


def test_without_a_position_a_stream_begins_where_the_log_does(hub: Poster) -> None:
    hub.open()
    with listening(hub.http) as messages:
        assert take(messages, 1)[0].id == "1"


def test_an_event_posted_while_a_client_listens_reaches_it(hub: Poster, innoviris: Poster) -> None:
    dossier = hub.open()
    with listening(innoviris.http, after="head") as messages:
        for channel in ("phone", "visit"):
            position = hub.post("contact-made", {"channel": channel}, dossier)["position"]
            assert take(messages, 1)[0].id == position


def test_the_last_event_id_goes_before_the_position_in_the_address(hub: Poster) -> None:
    start, dossier = head(hub), hub.open()
    second = hub.post("contact-made", {"channel": "phone"}, dossier)["position"]
    with listening(hub.http, str(int(start) + 1), after=start) as messages:
        assert take(messages, 1)[0].id == second


def test_a_stream_is_narrowed_by_types_and_agencies(hub: Poster, innoviris: Poster) -> None:
    start, dossier = head(hub), hub.open()
    innoviris.post("phase-declared", {"phase": "creation"}, dossier)
    mine = innoviris.post("contact-made", {"channel": "visit"}, dossier)["position"]
    hub.post("contact-made", {"channel": "phone"}, dossier)
    with listening(hub.http, after=start, type=CONTACT, agency="innoviris") as messages:
        assert take(messages, 1)[0].id == mine
        later = innoviris.post("contact-made", {"channel": "mail"}, dossier)["position"]
        assert take(messages, 1)[0].id == later


def test_several_types_and_agencies_may_be_asked_for(hub: Poster, innoviris: Poster) -> None:
    start, dossier = head(hub), hub.open()
    wanted = [innoviris.post("phase-declared", {"phase": "creation"}, dossier)["position"]]
    hub.post("objective-set", {"objective_id": "o"}, dossier)
    wanted += [hub.post("contact-made", {"channel": "phone"}, dossier)["position"]]
    params = {"after": start, "type": [CONTACT, "brussels.dossier.phase-declared.v1"], "agency": ["hub", "innoviris"]}
    page = hub.http.get("/v1/feed", params=params).json()
    assert [entry["position"] for entry in page["entries"]] == wanted


@pytest.mark.parametrize(
    ("asked", "headers", "refusal"),
    [
        ({"after": "-1"}, {}, "invalid"),
        ({"after": "tail"}, {}, "invalid"),
        ({"after": "1" * 19}, {}, "invalid"),
        ({"type": "contact-made"}, {}, "unknown-type"),
        ({"agency": "Hub!"}, {}, "invalid"),
        ({"relation": "theirs"}, {}, "invalid"),
        ({"personal": "perhaps"}, {}, "invalid"),
        ({}, {"last-event-id": "x"}, "invalid"),
    ],
)
def test_what_cannot_be_followed_is_refused(
    hub: Poster, asked: dict[str, str], headers: dict[str, str], refusal: str
) -> None:
    paths = ["/v1/stream"] if headers else ["/v1/stream", "/v1/feed"]
    for path in paths:
        response = hub.http.get(path, params=asked, headers=headers)
        assert (response.status_code, slug(response)) == (422, refusal)


# what a follower sees


def test_nobody_is_told_of_a_person_unasked(hub: Poster) -> None:
    start = head(hub)
    dossier = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Zoé called"}, dossier)
    with listening(hub.http, after=start) as messages:
        assert "Zoé" not in str(take(messages, 2))


def test_an_agency_is_told_of_the_persons_of_its_own_dossiers(hub: Poster, innoviris: Poster) -> None:
    start = head(hub)
    hub.open(person=PERSON)
    for poster, sees in ((hub, True), (innoviris, False)):
        page = poster.http.get("/v1/feed", params={"after": start, "personal": "true"}).json()["entries"]
        with listening(poster.http, after=start, personal="true") as messages:
            assert [message.data for message in take(messages, 1)] == page
        assert (page[0]["data"].get("person") == PERSON) is sees


def test_a_correction_is_told_whole_to_whom_it_concerns(hub: Poster) -> None:
    start, dossier = head(hub), hub.open()
    position = hub.post("contact-made", {"channel": "phone", "note": "Zoé called"}, dossier)["position"]
    hub.post("event-corrected", {"corrects": position, "data": {"channel": "mail", "note": "Zoé wrote"}}, dossier)
    asked = {"after": start, "type": "brussels.dossier.event-corrected.v1"}
    [plain] = hub.http.get("/v1/feed", params=asked).json()["entries"]
    [whole] = hub.http.get("/v1/feed", params=asked | {"personal": "true"}).json()["entries"]
    assert plain["data"]["data"] == {"channel": "mail"}
    assert whole["data"]["data"] == {"channel": "mail", "note": "Zoé wrote"}


def test_an_erased_person_stays_away(hub: Poster, operator: Client) -> None:
    start, dossier = head(hub), hub.open(person=PERSON)
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    headers = {"content-type": "application/cloudevents+json"}
    assert operator.post("/v1/events", json=erasure, headers=headers).status_code == 201
    with listening(hub.http, after=start, personal="true") as messages:
        assert [message.data["data"] for message in take(messages, 2)] == [{}, {"scope": "all", "ground": "request"}]


@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_who_never_sees_a_person_is_refused_one(
    token: Callable[..., str], connect: Callable[..., Client], role: str
) -> None:
    for path in ("/v1/feed", "/v1/stream"):
        response = connect(token(role)).get(path, params={"personal": "true"})
        assert (response.status_code, slug(response)) == (403, "forbidden")


# which dossiers are one's own


def own(poster: Poster, start: str) -> list[str]:
    entries = poster.http.get("/v1/feed", params={"after": start, "relation": "own"}).json()["entries"]
    return [entry["dossier"] for entry in entries]


def test_an_agency_follows_the_dossiers_it_has_recorded_on(hub: Poster, innoviris: Poster) -> None:
    start, dossier, other = head(hub), hub.open(), hub.open()
    innoviris.post("contact-made", {"channel": "phone"}, dossier)
    hub.post("contact-made", {"channel": "phone"}, other)
    assert own(innoviris, start) == [str(dossier)] * 2
    with listening(innoviris.http, after=start, relation="own") as messages:
        assert {message.data["dossier"] for message in take(messages, 2)} == {str(dossier)}
        hub.post("contact-made", {"channel": "mail"}, other)
        position = hub.post("contact-made", {"channel": "mail"}, dossier)["position"]
        assert take(messages, 1)[0].id == position


def refer(hub: Poster, dossier: UUID) -> str:
    position: str = hub.post("referral-made", {"referral_id": "r", "to_agency": "innoviris"}, dossier)["position"]
    return position


def test_a_referral_makes_a_dossier_the_receivers_own(hub: Poster, innoviris: Poster) -> None:
    start, dossier = head(hub), hub.open(person=PERSON)
    assert own(innoviris, start) == []
    position = refer(hub, dossier)
    assert own(innoviris, start) == [str(dossier)] * 2
    assert innoviris.http.get(f"/v1/dossiers/{dossier}").json()["person"] == PERSON
    hub.post("event-retracted", {"corrects": position, "reason": "by mistake"}, dossier)
    assert own(innoviris, start) == []
    assert "person" not in innoviris.http.get(f"/v1/dossiers/{dossier}").json()


@pytest.mark.parametrize(("until", "counts"), [(None, True), ("2999-01-01", True), ("2026-03-03", False)])
def test_a_mandate_counts_while_it_is_in_force(hub: Poster, innoviris: Poster, until: str | None, counts: bool) -> None:
    start, dossier = head(hub), hub.open()
    mandate = {"agency": "innoviris", "purpose": "coaching", "legal_ground": "consent"}
    hub.post("mandate-declared", mandate | ({"until": until} if until else {}), dossier)
    assert own(innoviris, start) == [str(dossier)] * 2 * counts
    hub.post("mandate-ended", {"agency": "innoviris"}, dossier, time="2026-03-04T09:00:00+01:00")
    assert own(innoviris, start) == []


def test_only_an_organisation_has_dossiers_of_its_own(auditor: Client) -> None:
    for path in ("/v1/feed", "/v1/stream"):
        response = auditor.get(path, params={"relation": "own"})
        assert (response.status_code, slug(response)) == (422, "invalid")


# the form of the stream


def test_a_heartbeat_and_the_opening_dispatch_nothing(hub: Poster) -> None:
    from api.answers.stream import HEARTBEAT, OPENING  # noqa: PLC0415

    assert list(parsed((OPENING + HEARTBEAT + HEARTBEAT).decode().splitlines())) == []
    assert not HEARTBEAT.endswith(b"\n\n"), "some clients take an empty line for an event"
    event = b"id: 7\nevent: e\ndata: {}\n\n"
    assert [m.id for m in parsed((OPENING + HEARTBEAT + event + HEARTBEAT).decode().splitlines())] == ["7"]


def test_a_stream_is_kept_from_caches_and_buffers(hub: Poster) -> None:
    with hub.http.stream("GET", "/v1/stream") as response:
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"


def test_followers_are_counted(hub: Poster, anybody: Client) -> None:
    def followers() -> float:
        lines = anybody.get("/metrics").text.splitlines()
        return float(next(line for line in lines if line.startswith("dossier_followers ")).split()[1])

    with listening(hub.http) as messages:
        take(messages, 1)
        with httpx.Client(base_url=hub.http.base_url, headers=hub.http.headers) as other, listening(other) as more:
            take(more, 1)
            assert followers() >= 2


@pytest.mark.parametrize("asked", [{"headers": {"last-event-id": "9" * 18}}, {"params": {"after": "9" * 18}}])
def test_a_position_of_another_log_is_refused_and_not_waited_for(hub: Poster, asked: dict[str, Any]) -> None:
    """After a restore, a follower that went on waiting would miss every event up to it."""
    answer = hub.http.get("/v1/stream", **asked)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert "The log stands at" in answer.json()["detail"]
