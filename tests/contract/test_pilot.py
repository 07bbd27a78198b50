"""The pilot's figures over HTTP: after readings by another agency, the meter tells of the pair."""

from __future__ import annotations

from typing import Any

import httpx
from tests.contract.client import Client, Poster, slug


def test_the_meter_tells_how_soon_facts_were_read_by_another_agency(
    hub: Poster, analyst: Client, token: Any, connect: Any
) -> None:
    reader = connect(token("adviser", agency="finance"))
    dossiers = [hub.open(person={"given_name": "Ana", "family_name": f"Pilote {n}"}) for n in range(3)]
    for dossier in dossiers:
        assert reader.get(f"/v1/dossiers/{dossier}").status_code == 200
    position = hub.http.get(f"/v1/dossiers/{dossiers[-1]}").json()["position"]
    found = until_counted(analyst, int(position))
    [pair] = [one for one in found["pairs"] if (one["from_agency"], one["to_agency"]) == ("hub", "finance")]
    assert pair["hours_to_first_reading"]["n"] >= 3
    assert 0 <= pair["hours_to_first_reading"]["value"] < 1
    assert int(found["readings"]) >= 3
    assert found["headline"]["hours_to_first_reading"]["n"] >= 3
    assert found["caveats"]


def until_counted(analyst: Client, position: int) -> dict[str, Any]:
    """The figures, once they are counted up to a position."""
    for _ in range(600):
        found: dict[str, Any] = analyst.get("/v1/pilot", params={"disclosure": "none"}).json()
        if int(found["certificate"]["position"]) >= position:
            return found
    raise AssertionError("it does not catch up")


def test_only_analysts_see_cells_of_few(hub: Poster, analyst: Client) -> None:
    refused: httpx.Response = hub.http.get("/v1/pilot", params={"disclosure": "none"})
    assert (refused.status_code, slug(refused)) == (403, "forbidden")
    assert analyst.get("/v1/pilot", params={"disclosure": "none"}).status_code == 200


def test_the_indicator_says_the_same_and_counts_the_same_readings(analyst: Client) -> None:
    figure = analyst.get("/v1/indicators/re-explaining", params={"by": "from_agency,to_agency,measure"}).json()
    assert figure["by"] == ["from_agency", "to_agency", "measure"]
    assert int(figure["certificate"]["readings"]) >= 0
