"""Figures as different people get them: the public what is published, analysts what is, and who sees what is hidden.

The service is these tests' own: what can be published depends on all the aid there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.client import Client, Poster, fresh_number, slug
from tests.contract.conftest import connecting, serving
from tests.contract.truth import Truth
from tests.posting import HUB, INNOVIRIS
from tests.turn import eventually

from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey

AID = "/v1/indicators/aid-by-agency-instrument-sector-year"
BY = {"by": "instrument,year"}


def granted(poster: Poster, amount: str, year: int, instrument: str = "equity") -> int:
    """One undertaking is granted aid; the position of the decision."""
    dossier, key = poster.open(), uuid4().hex
    number = fresh_number()
    poster.post("enterprise-linked", {"legal_identifier": number, "role": "founder"}, dossier)
    poster.post("aid-applied", {"application_id": key, "instrument": instrument, "legal_identifier": number}, dossier)
    decided = {"application_id": key, "outcome": "granted", "amount": amount}
    decided["legal_right_conferred_on"] = f"{year}-03-01"
    return int(poster.post("aid-decided", decided, dossier)["position"])


def rows(http: Client, **query: str) -> dict[tuple[Any, ...], Any]:
    """Dimensions -> the row."""
    answer = http.get(AID, params=BY | query)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {tuple(row[name] for name in told["by"]): row for row in told["rows"]}


@pytest.fixture(scope="module")
def holding(
    tmp_path_factory: pytest.TempPathFactory, truth: Truth
) -> Iterator[Callable[[Role | None, str | None], Client]]:
    """A client of somebody with a role, or of anybody."""
    with serving(tmp_path_factory.mktemp("disclosure") / "data") as service, connecting(service, truth) as connect:
        keys = TokenKey(service.data)
        yield lambda role, agency: connect(keys.issue(Principal(role, agency)) if role else None)


@pytest.fixture(scope="module")
def anybody(holding: Callable[..., Client]) -> Client:
    return holding(None, None)


@pytest.fixture(scope="module")
def analyst(holding: Callable[..., Client]) -> Client:
    return holding("analyst", None)


@pytest.fixture(scope="module")
def auditor(holding: Callable[..., Client]) -> Client:
    return holding("auditor", None)


@pytest.fixture(scope="module")
def hub(holding: Callable[..., Client]) -> Poster:
    return Poster(HUB, holding("agency", HUB.id))


@pytest.fixture(scope="module")
def innoviris(holding: Callable[..., Client]) -> Poster:
    return Poster(INNOVIRIS, holding("agency", INNOVIRIS.id))


@pytest.fixture(scope="module")
def aided(innoviris: Poster, analyst: Client, anybody: Client) -> int:
    """Four undertakings with aid in 1971, five in 1972, two in 1973; the position of the last."""
    for year, many in ((1971, 4), (1972, 5), (1973, 2)):
        for number in range(many):
            last = granted(innoviris, f"{1000 + number}.00", year)
    eventually(lambda: int(analyst.get(AID).json()["certificate"]["position"]) >= last)
    eventually(lambda: published_up_to(anybody) >= last, seconds=60)
    return last


def published_up_to(anybody: Client) -> int:
    """The position of what is published; 0 while a server that has just started still makes its first publication."""
    answer = anybody.get(AID)
    assert answer.status_code in (200, 503), answer.text
    return int(answer.json()["certificate"]["position"]) if answer.status_code == 200 else 0


def test_the_public_gets_figures_with_hidden_cells(aided: int, anybody: Client) -> None:
    shown = rows(anybody)
    assert shown["equity", 1973] == {"instrument": "equity", "year": 1973, "value": None, "n": None, "suppressed": True}
    certificate = anybody.get(AID, params=BY).json()["certificate"]
    assert {"ruleset", "ruleset_digest", "position", "root", "result_digest"} <= set(certificate)
    assert (certificate["disclosure"]["n"], certificate["disclosure"]["p"]) == (3, 10)
    assert certificate["disclosure"]["publication"] >= 1


def test_what_the_public_is_shown_is_true(aided: int, anybody: Client, analyst: Client) -> None:
    position = anybody.get(AID, params=BY).json()["certificate"]["position"]
    shown = rows(anybody, position=position)
    true = rows(analyst, position=position, disclosure="none")
    assert shown.keys() == true.keys()
    assert all(row["suppressed"] or row == true[cell] for cell, row in shown.items())


def test_a_hidden_cell_does_not_follow_from_the_margins(aided: int, anybody: Client) -> None:
    shown = rows(anybody)
    [whole] = anybody.get(AID, params={"by": "instrument"}).json()["rows"][:1]
    hidden = [cell for cell, row in shown.items() if cell[0] == "equity" and row["suppressed"]]
    assert len(hidden) > 1 or whole["suppressed"]


def test_one_more_undertaking_does_not_follow_from_two_answers(
    aided: int, anybody: Client, analyst: Client, innoviris: Poster
) -> None:
    before = rows(anybody), anybody.get(AID, params={"by": ""}).json()["rows"]
    last = granted(innoviris, "7777.00", 1972)
    eventually(lambda: int(analyst.get(AID).json()["certificate"]["position"]) >= last)
    after = rows(anybody), anybody.get(AID, params={"by": ""}).json()["rows"]
    for old, new in ((before[0]["equity", 1972], after[0]["equity", 1972]), (before[1][0], after[1][0])):
        assert old["suppressed"] or new["suppressed"] or old == new
    true = rows(analyst, disclosure="none")["equity", 1972]["value"]
    assert float(true) >= 5 * 1000 + 7777, "the analyst sees it at once"


@pytest.mark.parametrize("holder", ["anybody", "hub"])
def test_positions_that_were_not_published_are_refused(aided: int, request: pytest.FixtureRequest, holder: str) -> None:
    asking = request.getfixturevalue(holder)
    http: Client = asking.http if holder == "hub" else asking
    for query in ({"position": "1"}, {"ruleset": "1999.1"}):
        response = http.get(AID, params=query)
        assert (response.status_code, slug(response)) == (403, "not-published")


def test_a_breakdown_that_is_not_published_is_refused_to_the_public_alone(
    aided: int, anybody: Client, analyst: Client
) -> None:
    finer = {"by": "agency,commune,phase"}
    response = anybody.get(AID, params=finer)
    assert (response.status_code, slug(response)) == (403, "not-published")
    assert "agency,instrument,sector,year" in response.json()["detail"]
    assert analyst.get(AID, params=finer).status_code == 200


def test_everything_is_shown_to_analysts_who_ask_for_it_alone(
    aided: int, anybody: Client, analyst: Client, auditor: Client, hub: Poster
) -> None:
    path = f"{AID}?by=instrument,year&disclosure=none"
    assert analyst.get(path).json()["certificate"]["disclosure"] == {"method": "none"}
    assert slug(anybody.get(path)) == "unauthenticated"
    assert slug(auditor.get(path)) == slug(hub.http.get(path)) == "forbidden"
    assert rows(analyst)["equity", 1973]["suppressed"], "not asked for, it is controlled"


def test_years_are_asked_for_among_those_published(aided: int, anybody: Client) -> None:
    one = anybody.get(AID, params={"by": "instrument", "from": 1973, "to": 1973}).json()["rows"]
    assert [row["suppressed"] for row in one] == [True]
    response = anybody.get("/v1/indicators/referral-outcomes", params={"by": "outcome", "from": 2020})
    assert response.status_code == 200


def test_publications_are_listed_with_what_has_moved(aided: int, anybody: Client, innoviris: Poster) -> None:
    first = anybody.get(AID).json()["certificate"]["position"]
    for number in range(12):  # some may be published before the rest is told: both parts are enough undertakings
        granted(innoviris, f"{3000 + number}.00", 1980)

    def listed() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = anybody.get(f"{AID}/publications").json()["publications"]
        return told

    def before() -> dict[str, Any]:
        return next(one for one in listed() if one["certificate"]["position"] == first)

    def moved() -> bool:
        """1980 is told, or what is hidden for its sake no longer is; publications are made for those who ask."""
        anybody.get(AID).raise_for_status()
        return bool(before()["moved"])

    eventually(moved, seconds=200)
    assert [one["number"] for one in listed()] == list(range(1, len(listed()) + 1))
    assert all(one["published"] != one["now"] for one in before()["moved"])
    assert before()["because"]["events"] >= 4
    assert listed()[-1]["moved"] == []
    totals = anybody.get(f"{AID}/publications", params={"by": "year"}).json()["publications"]
    cells = [moved["cell"] for one in totals for moved in one["moved"]]
    assert all(set(cell) == {"year"} for cell in cells)
    assert anybody.get(f"{AID}/publications", params={"by": "colour"}).status_code == 422
