"""Referrals end to end: made, answered, raised when silent, followed up; services and the room they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.contract.client import Client, Poster, slug
from tests.posting import FINANCE
from tests.turn import eventually

from dossier.agencies import BRUSSELS

Listed = dict[str, Any]


def ago(days: int) -> str:
    """A time so many days before today, at this hour of Brussels, whatever the season."""
    return (datetime.now(BRUSSELS) - timedelta(days=days)).isoformat()


def day(days: int) -> str:
    """The day so many days before today."""
    return ago(days)[:10]


@pytest.fixture(scope="module")
def finance(connect: Callable[..., Client], token: Callable[..., str]) -> Poster:
    return Poster(FINANCE, connect(token("agency", agency=FINANCE.id)))


@pytest.fixture
def dossier(hub: Poster) -> UUID:
    return hub.open()


def refer(sender: Poster, dossier: UUID, to: str, days: int, **data: Any) -> str:
    """Make a referral so many days ago; its id."""
    referral = uuid4().hex
    sender.post("referral-made", {"referral_id": referral, "to_agency": to, **data}, dossier, time=ago(days))
    return referral


def listed(http: Client, referral: str, **asked: str) -> Listed | None:
    """A referral as the worklist shows it, whatever page it is on."""
    page = http.get("/v1/referrals", params=asked)
    while True:
        for one in page.json()["referrals"]:
            if one["referral_id"] == referral:
                found: Listed = one
                return found
        if "next" not in page.links:
            return None
        page = http.get(page.links["next"]["url"])


def seen(http: Client, referral: str, **asked: str) -> Listed:
    """The same, once the projector has come to it."""
    eventually(lambda: listed(http, referral, **asked) is not None)
    found = listed(http, referral, **asked)
    assert found is not None
    return found


def test_a_referral_comes_full_circle(hub: Poster, innoviris: Poster, dossier: UUID) -> None:
    referral = refer(hub, dossier, "innoviris", 3, service="innovation-intake", agreed=True)
    inbox = seen(innoviris.http, referral, to="innoviris", status="waiting")
    assert (inbox["dossier"], inbox["agreed"], inbox["overdue"]) == (str(dossier), True, None)
    assert inbox["answer_due"] == day(3 - 14)
    innoviris.post("referral-accepted", {"referral_id": referral, "due": "2027-01-31"}, dossier, time=ago(2))
    assert seen(hub.http, referral, **{"from": "hub", "status": "accepted"})["completion_due"] == "2027-01-31"
    innoviris.post("referral-completed", {"referral_id": referral, "outcome": "guidance-started"}, dossier)
    done = seen(hub.http, referral, status="completed")
    assert (done["outcome"], done["overdue"]) == ("guidance-started", None)
    assert listed(innoviris.http, referral, status="open") is None


def test_silence_is_raised_to_who_made_the_referral(hub: Poster, dossier: UUID) -> None:
    silent, recent = refer(hub, dossier, "innoviris", 15), refer(hub, dossier, "innoviris", 13)
    raised = seen(hub.http, silent, **{"from": "hub", "status": "overdue"})
    assert raised["overdue"] == "answer"
    assert seen(hub.http, recent, **{"from": "hub"})["overdue"] is None
    assert listed(hub.http, recent, status="overdue") is None
    state = hub.http.get(f"/v1/dossiers/{dossier}").json()
    assert {one["referral_id"]: one["overdue"] for one in state["open_referrals"]} == {silent: "answer", recent: None}


def test_what_was_accepted_and_comes_to_nothing_is_raised_too(hub: Poster, innoviris: Poster, dossier: UUID) -> None:
    referral = refer(hub, dossier, "innoviris", 80)
    innoviris.post("referral-accepted", {"referral_id": referral}, dossier, time=ago(61))
    assert seen(hub.http, referral, status="accepted")["overdue"] == "completion"
    assert listed(hub.http, referral, status="overdue") is not None


def test_a_dossier_as_of_a_day_has_the_clocks_of_that_day(hub: Poster, auditor: Client, dossier: UUID) -> None:
    referral = refer(hub, dossier, "innoviris", 40)
    for days, raised in ((26, None), (25, "answer")):
        state = auditor.get(f"/v1/dossiers/{dossier}", params={"effective": day(days)}).json()
        assert [(one["referral_id"], one["overdue"]) for one in state["open_referrals"]] == [(referral, raised)]
    ahead = auditor.get(f"/v1/dossiers/{dossier}", params={"effective": "2099-01-01"}).json()
    assert ahead == auditor.get(f"/v1/dossiers/{dossier}").json(), "nobody knows what a day to come will bring"


def test_a_declined_referral_leads_to_its_second_choice(
    hub: Poster, innoviris: Poster, finance: Poster, dossier: UUID
) -> None:
    second = {"agency": "finance", "service": "loan-advice"}
    referral = refer(hub, dossier, "innoviris", 9, second_choice=second)
    innoviris.post("referral-declined", {"referral_id": referral, "reason_code": "no-capacity"}, dossier, time=ago(8))

    def shown() -> list[tuple[str, str]]:
        state = hub.http.get(f"/v1/dossiers/{dossier}").json()
        return [(one["referral_id"], one["status"]) for one in state["open_referrals"]]

    assert shown() == [(referral, "declined")]
    assert seen(hub.http, referral, status="declined")["second_choice"] == second
    following = refer(hub, dossier, "finance", 7, service="loan-advice")
    assert shown() == [(following, "waiting")]
    assert seen(finance.http, following, to="finance")["from_agency"] == "hub"


def test_what_the_entrepreneur_does_not_want_either_side_takes_back(
    hub: Poster, innoviris: Poster, finance: Poster, dossier: UUID
) -> None:
    data = {"referral_id": refer(hub, dossier, "innoviris", 5), "reason_code": "entrepreneur-declined"}
    third = finance.send(finance.event("referral-declined", data, dossier))
    assert (third.status_code, slug(third)) == (422, "referral-not-addressed-to-you")
    hub.post("referral-declined", data, dossier)
    again = innoviris.send(innoviris.event("referral-accepted", {"referral_id": data["referral_id"]}, dossier))
    assert slug(again) == "referral-already-answered"


def test_a_referral_opens_the_person_to_its_receiver_until_it_is_declined(hub: Poster, innoviris: Poster) -> None:
    person = {"given_name": "Noor", "family_name": "Verwezen"}
    dossier = hub.open(person=person)

    def shown() -> Any:
        return innoviris.http.get(f"/v1/dossiers/{dossier}").json().get("person")

    refer(hub, dossier, "innoviris", 9, agreed=False)
    assert shown() is None, "asked, and did not agree"
    referral = refer(hub, dossier, "innoviris", 8)
    assert shown() == person, "somebody has to call"
    hub.post("referral-declined", {"referral_id": referral, "reason_code": "entrepreneur-declined"}, dossier)
    assert shown() is None


def test_an_entrepreneur_sees_what_becomes_of_their_referral(
    hub: Poster, dossier: UUID, token: Callable[..., str], connect: Callable[..., Client]
) -> None:
    refer(hub, dossier, "innoviris", 3, agreed=False)
    own = connect(token("entrepreneur", dossier=dossier))
    [referral] = own.get(f"/v1/dossiers/{dossier}").json()["open_referrals"]
    assert (referral["status"], referral["agreed"], referral["contact"]) == ("waiting", False, "hub")
    assert referral["answer_due"] == day(3 - 14)
    assert own.get("/v1/referrals").status_code == 403


def test_referrals_between_others_are_not_shown(
    hub: Poster, innoviris: Poster, finance: Poster, adviser: Client, auditor: Client, dossier: UUID
) -> None:
    referral = refer(innoviris, dossier, "finance", 3)
    assert seen(finance.http, referral)["from_agency"] == "innoviris"
    assert seen(auditor, referral, to="finance")["from_agency"] == "innoviris"
    assert listed(hub.http, referral) is None
    assert listed(adviser, referral) is None
    for asked in ({"to": "finance"}, {"from": "innoviris"}, {"from": "innoviris", "to": "finance"}):
        assert slug(adviser.get("/v1/referrals", params=asked)) == "forbidden"


def test_an_adviser_of_no_organisation_has_no_worklist(
    token: Callable[..., str], connect: Callable[..., Client]
) -> None:
    issued = token("adviser", agency="nobody-knows")
    assert connect(issued).get("/v1/referrals").json() == {"referrals": []}


def test_a_long_worklist_is_paged_without_loss_or_repeat(hub: Poster, finance: Poster, dossier: UUID) -> None:
    made = [uuid4().hex for _ in range(130)]
    events = [
        finance.event("referral-made", {"referral_id": one, "to_agency": "innoviris"}, dossier, time=ago(2))
        for one in made
    ]
    assert {result["status"] for result in finance.batch(events).json()} == {201}
    seen(finance.http, made[-1], **{"from": "finance"})
    found: list[str] = []
    page = finance.http.get("/v1/referrals", params={"from": "finance", "to": "innoviris"})
    while True:
        found += [one["referral_id"] for one in page.json()["referrals"]]
        if "next" not in page.links:
            break
        page = finance.http.get(page.links["next"]["url"])
    assert len(found) == len(set(found))
    assert set(made) <= set(found)


@pytest.mark.parametrize("cursor", ["x", "MjAyNi0xMy0wMXx4fDE", "%00"])
def test_a_cursor_of_ones_own_making_is_refused(hub: Poster, cursor: str) -> None:
    assert slug(hub.http.get(f"/v1/referrals?cursor={cursor}")) == "invalid"


OFFER = {"capacity": "closed", "until": "2099-12-31", "note": {"fr": "Complet", "nl": "Volzet", "en": "Full"}}


def test_an_agency_says_what_it_offers_and_anyone_reads_it(innoviris: Poster, anybody: Client) -> None:
    address = "/v1/agencies/innoviris/services"
    assert innoviris.http.put(f"{address}/innovation-intake", json=OFFER).status_code == 200
    assert innoviris.http.put(f"{address}/prêt de démarrage", json={"capacity": "open"}).status_code == 200
    offered = {one.pop("service"): one for one in anybody.get(address).json()["services"]}
    assert offered["innovation-intake"] == OFFER
    assert offered["prêt de démarrage"] == {"capacity": "open", "until": None, "note": None}
    assert innoviris.http.delete(f"{address}/prêt de démarrage").status_code == 200
    assert "prêt de démarrage" not in anybody.get(address).text
    assert slug(innoviris.http.delete(f"{address}/prêt de démarrage")) == "not-found"


def test_a_capacity_that_has_lapsed_says_nothing_any_longer(innoviris: Poster, anybody: Client) -> None:
    lapsed = {"capacity": "closed", "until": day(2), "note": {"fr": "Complet"}}
    innoviris.http.put("/v1/agencies/innoviris/services/lapsed", json=lapsed)
    offered = {one["service"]: one for one in anybody.get("/v1/agencies/innoviris/services").json()["services"]}
    assert offered["lapsed"] == {"service": "lapsed", "capacity": "open", "until": None, "note": None}


def test_nobody_speaks_for_another_agency(innoviris: Poster, anybody: Client) -> None:
    address = "/v1/agencies/finance/services/loan-advice"
    assert slug(innoviris.http.put(address, json={"capacity": "closed"})) == "forbidden"
    assert slug(innoviris.http.delete(address)) == "forbidden"
    assert slug(anybody.get("/v1/agencies/nobody/services")) == "not-found"


@pytest.mark.parametrize(
    ("offer", "pointer"),
    [
        ({}, "/capacity"),
        ({"capacity": "full"}, "/capacity"),
        ({"capacity": "open", "until": "2026-02-30"}, "/until"),
        ({"capacity": "open", "note": {"de": "voll"}}, "/note/de"),
        ({"capacity": "open", "note": {"fr": ""}}, "/note/fr"),
        ({"capacity": "open", "coach": "Zoé"}, "/coach"),
    ],
    ids=str,
)
def test_an_offer_that_is_none_is_refused_where_it_errs(innoviris: Poster, offer: Any, pointer: str) -> None:
    response = innoviris.http.put("/v1/agencies/innoviris/services/errs", json=offer)
    assert slug(response) == "invalid"
    assert response.json()["errors"][0]["pointer"] == pointer
    assert "errs" not in innoviris.http.get("/v1/agencies/innoviris/services").text


def test_before_referring_one_sees_who_has_room_and_who_answers_soon(
    hub: Poster, innoviris: Poster, finance: Poster
) -> None:
    service = f"advice-{uuid4().hex[:8]}"
    for agency, capacity in ((innoviris, "closed"), (finance, "limited")):
        offered = agency.http.put(f"/v1/agencies/{agency.agency.id}/services/{service}", json={"capacity": capacity})
        assert offered.status_code == 200
    for days in (2, 4, 9):
        dossier = hub.open()
        referral = refer(hub, dossier, "finance", 10, service=service)
        finance.post("referral-accepted", {"referral_id": referral}, dossier, time=ago(10 - days))

    def options() -> list[Listed]:
        found: list[Listed] = hub.http.get("/v1/referrals/options", params={"service": service}).json()["options"]
        return found

    eventually(lambda: options()[0]["answers"] == 3)
    first, second = options()
    assert (first["agency"], first["capacity"], first["answer_days"]) == ("finance", "limited", 4)
    assert first["second_choice"] is None, "the other is closed"
    assert (second["agency"], second["capacity"], second["answer_days"]) == ("innoviris", "closed", None)
    assert second["second_choice"] == {"agency": "finance", "service": service}


def test_a_referral_to_a_closed_service_is_a_fact(hub: Poster, innoviris: Poster, dossier: UUID) -> None:
    innoviris.http.put("/v1/agencies/innoviris/services/shut", json={"capacity": "closed"})
    assert refer(hub, dossier, "innoviris", 1, service="shut")
