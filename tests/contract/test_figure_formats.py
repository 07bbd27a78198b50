"""Figures over HTTP in every format a client may ask for, and as charts."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
from pyarrow import parquet
from tests.contract.client import Client, Poster, slug
from tests.turn import eventually

PATH = "/v1/indicators/entrepreneurs-by-phase"
CHART = f"{PATH}/chart"


@pytest.fixture(scope="module", autouse=True)
def something_to_count(hub: Poster, analyst: Client) -> None:
    hub.open()
    eventually(lambda: bool(analyst.get(PATH).json()["rows"]))


def asked(analyst: Client, path: str, accept: str, **query: str) -> httpx.Response:
    response: httpx.Response = analyst.get(path, headers={"accept": accept}, params=query)
    return response


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/vnd.json-stat+json", "application/vnd.json-stat+json"),
        ("application/json;profile=json-stat", "application/vnd.json-stat+json"),
        ("application/vnd.json-stat+json;q=0.2, application/json;q=0.1", "application/vnd.json-stat+json"),
    ],
)
def test_a_figure_comes_in_the_format_asked_for(analyst: Client, accept: str, media_type: str) -> None:
    response = asked(analyst, PATH, accept)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "accept" in response.headers["vary"].lower()
    assert "result_digest" in response.headers["dossier-certificate"]


def test_parquet_opens_as_a_table(analyst: Client) -> None:
    response = asked(analyst, PATH, "application/vnd.apache.parquet")
    table = parquet.read_table(io.BytesIO(response.content))
    assert table.column_names == ["phase", "value", "n", "low", "high", "suppressed"]


def test_json_stat_speaks_the_language_asked_for(analyst: Client) -> None:
    response = asked(analyst, PATH, "application/vnd.json-stat+json", lang="nl")
    cube: dict[str, Any] = response.json()
    assert cube["label"] == "Ondernemers per fase"
    assert cube["dimension"]["phase"]["label"] == "fase"


@pytest.mark.parametrize("path", [PATH, CHART])
def test_a_format_there_is_not_is_refused(analyst: Client, path: str) -> None:
    response = asked(analyst, path, "application/msword")
    assert (response.status_code, slug(response)) == (406, "not-acceptable")


def test_a_chart_comes_as_svg_with_its_words(analyst: Client) -> None:
    response = asked(analyst, CHART, "image/svg+xml", lang="nl")
    root = ET.fromstring(response.text)
    names = {"svg": "http://www.w3.org/2000/svg"}
    assert root.findtext("svg:title", namespaces=names) == "Ondernemers per fase"
    assert (root.findtext("svg:desc", namespaces=names) or "").strip()
    assert (root.get("role"), root.get("lang")) == ("img", "nl")
    assert response.headers["content-language"] == "nl"


def test_a_chart_comes_as_png_and_as_vega_lite(analyst: Client) -> None:
    assert asked(analyst, CHART, "image/png").content.startswith(b"\x89PNG")
    specification = asked(analyst, CHART, "application/vnd.vegalite.v6+json").json()
    assert specification["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")


def test_a_chart_of_nothing_known_is_refused(analyst: Client) -> None:
    assert analyst.get("/v1/indicators/nothing/chart").status_code == 404
    assert analyst.get(CHART, params={"by": "nothing"}).status_code == 422
