"""How much aid an undertaking may still receive: asked beforehand, and shown in every dossier that it touches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.client import Client, Poster, fresh_number, slug


def grant(poster: Poster, dossier: Any, application: str, day: str, amount: str, **more: Any) -> dict[str, Any]:
    """A de minimis grant, applied for and decided on a day."""
    applied = {"application_id": application, "instrument": "grant", "legal_basis": "de-minimis", "amount": amount}
    named = {key: more[key] for key in ("legal_identifier",) if key in more}
    poster.post("aid-applied", applied | named, dossier, time=f"{day}T09:00:00+01:00")
    decided = {"application_id": application, "outcome": "granted", "amount": amount, "legal_basis": "de-minimis"}
    decided |= {"legal_right_conferred_on": day} | more
    return poster.post("aid-decided", decided, dossier, time=f"{day}T09:00:00+01:00")


def founder(poster: Poster, number: str, day: str = "2020-01-01") -> Any:
    """A dossier that holds an enterprise."""
    dossier = poster.open()
    poster.post("enterprise-linked", {"legal_identifier": number, "role": "founder"}, dossier, time=f"{day}T09:00:00Z")
    return dossier


def ask(client: Client, number: str, **params: str) -> dict[str, Any]:
    response = client.get(f"/v1/undertakings/{number}/de-minimis", params=params)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_it_is_asked_beforehand_whether_aid_may_be_given_and_said_why(hub: Poster, auditor: Client) -> None:
    """Worked case A of the law: three grants, and a fourth that does not fit."""
    number = fresh_number()
    dossier = founder(hub, number)
    told = [
        grant(hub, dossier, f"a{turn}", day, amount)
        for turn, (day, amount) in enumerate(
            [("2021-03-10", "80000.00"), ("2022-11-20", "60000.00"), ("2023-06-05", "40000.00")]
        )
    ]
    refused = ask(auditor, number, amount="25000", on="2023-12-31")
    assert (refused["room"], refused["allowed"]) == ("20000.00", False), "all or nothing: it is not trimmed"
    assert refused["earliest"] == "2024-01-01"
    assert refused["because"]["positions"] == [one["position"] for one in told]
    rooms = {day: ask(auditor, number, on=day)["room"] for day in ("2024-01-02", "2024-03-10", "2024-03-11")}
    assert rooms == {"2024-01-02": "120000.00", "2024-03-10": "120000.00", "2024-03-11": "200000.00"}
    assert ask(auditor, number, amount="120000", on="2024-03-10")["allowed"] is True
    frees = ask(auditor, number, on="2024-01-02")["frees"]
    assert [one["on"] for one in frees] == ["2024-03-11", "2025-11-21", "2026-06-06"]


def test_the_undertaking_spans_the_dossiers_that_touch_it(hub: Poster, innoviris: Poster, auditor: Client) -> None:
    one, other = fresh_number(), fresh_number()
    first, second = founder(hub, one), founder(innoviris, other)
    grant(hub, first, "a", "2024-05-01", "180000.00")
    grant(innoviris, second, "a", "2024-06-01", "100000.00")
    assert ask(auditor, one, on="2024-07-01")["used"] == "180000.00"
    link = {"controller": one, "controlled": other, "ground": "votes", "from": "2024-06-15", "to": "2025-06-15"}
    hub.post("enterprise-controlled", link, first, time="2024-06-20T09:00:00Z")
    for number in (one, other):
        answer = ask(auditor, number, on="2024-06-15")
        assert (answer["used"], answer["room"]) == ("280000.00", "20000.00")
        assert {member["legal_identifier"] for member in answer["members"]} == {one, other}
    assert ask(auditor, one, on="2025-06-15")["used"] == "180000.00", "the end of the link is not part of it"
    state = auditor.get(f"/v1/dossiers/{second}", params={"effective": "2024-07-01"}).json()
    assert state["aid"]["de_minimis"]["used"] == "280000.00"
    assert state["aid"]["de_minimis"]["as_of"] == "2024-07-01"
    assert [grant.get("dossier") for grant in state["aid"]["de_minimis"]["grants"]] == [None, str(second)]
    assert len(state["aid"]["undertakings"]) == 1


def test_what_was_known_then_is_answered_as_it_was_then(hub: Poster, auditor: Client) -> None:
    number = fresh_number()
    dossier = founder(hub, number)
    first = grant(hub, dossier, "a", "2024-05-01", "100000.00")
    late = grant(hub, dossier, "b", "2024-04-01", "150000.00")
    asked = {"amount": "150000", "on": "2024-06-01"}
    assert ask(auditor, number, known=first["recordedtime"], **asked)["allowed"] is True
    assert ask(auditor, number, known=late["recordedtime"], **asked)["allowed"] is False
    assert ask(auditor, number, **asked)["allowed"] is False
    before = ask(auditor, number, known="2020-01-01T00:00:00Z", **asked)
    assert (before["used"], before["on_record"]) == ("0.00", False), "nobody had named it then"
    assert ask(auditor, number, known=first["recordedtime"], **asked)["on_record"] is True
    then = auditor.get(f"/v1/dossiers/{dossier}", params={"known": first["recordedtime"], "effective": "2024-06-01"})
    assert then.json()["aid"]["de_minimis"]["used"] == "100000.00"


def test_a_reported_breach_is_recorded_and_flagged(hub: Poster, auditor: Client) -> None:
    number = fresh_number()
    dossier = founder(hub, number)
    grant(hub, dossier, "a", "2024-05-01", "200000.00")
    grant(hub, dossier, "b", "2024-06-01", "100000.01")
    state = auditor.get(f"/v1/dossiers/{dossier}").json()
    assert [(flag["flag"], flag["application_id"]) for flag in state["flags"]] == [("de-minimis-ceiling-exceeded", "b")]
    assert state["flags"][0]["used"] == "300000.01"


def test_a_grant_in_another_form_counts_at_its_gross_grant_equivalent(hub: Poster, auditor: Client) -> None:
    number = fresh_number()
    dossier = founder(hub, number)
    terms = {"kind": "loan", "method": "safe-harbour", "principal": "600000.00", "years": 4, "collateral_percent": "50"}
    grant(hub, dossier, "a", "2024-05-01", "600000.00", terms=terms, legal_identifier=number)
    assert ask(auditor, number, on="2024-05-01")["used"] == "96000.00"


def test_an_enterprise_nobody_named_has_its_whole_room(auditor: Client) -> None:
    number = fresh_number()
    answer = ask(auditor, f"BE {number}", amount="300000.00", on="2026-03-01")
    assert (answer["on_record"], answer["allowed"], answer["grants"]) == (False, True, [])
    assert answer["enterprise"] == number


@pytest.mark.parametrize(
    ("number", "params", "pointer"),
    [
        ("0472909841", {}, "/enterprise"),
        ("0472909840", {"on": "tomorrow"}, "/on"),
        ("0472909840", {"on": "20240301"}, "/on"),
        ("0472909840", {"on": "2024-W10-1"}, "/on"),
        ("0472909840", {"at_least": "999999999999"}, "/at_least"),
        ("0472909840", {"on": "2031-01-01"}, "/on"),
        ("0472909840", {"on": "2013-12-31"}, "/on"),
        ("0472909840", {"known": "2024-01-01"}, "/known"),
        ("0472909840", {"amount": "1,5"}, None),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    auditor: Client, number: str, params: dict[str, str], pointer: str | None
) -> None:
    response = auditor.get(f"/v1/undertakings/{number}/de-minimis", params=params)
    assert (response.status_code, slug(response)) == (422, "invalid")
    if pointer:
        assert response.json()["errors"][0]["pointer"] == pointer


def test_no_answer_names_a_person(hub: Poster, connect: Callable[..., Client], token: Callable[..., str]) -> None:
    number = fresh_number()
    dossier = hub.open(person={"given_name": "Ottilie", "family_name": "Verstraete"})
    hub.post("enterprise-linked", {"legal_identifier": number, "legal_name": "Ottilie BV"}, dossier)
    grant(hub, dossier, "a", "2024-05-01", "1000.00")
    for role, holder in (("analyst", {}), ("agency", {"agency": "innoviris"})):
        answer = connect(token(role, **holder)).get(f"/v1/undertakings/{number}/de-minimis")
        assert answer.status_code == 200
        assert "Ottilie" not in answer.text
        assert answer.json()["grants"][0]["dossier"] == str(dossier)
