"""HTTP itself: what RFC 9110 and CloudEvents promise of every address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from tests.contract.client import Client, Poster, fresh_number, slug
from tests.contract.running import Running
from tests.contract.test_search import wait_until

from api.service import Limits
from dossier.database.connections import open_database
from dossier.settings import Settings


@pytest.mark.parametrize("path", ["/", "/health/ready", "/v1/agencies", "/v1/feed", "/v1/dossiers/{dossier}"])
def test_head_says_what_get_would_without_saying_it(running: Running, hub: Poster, path: str) -> None:
    address, headers = running.url + path.replace("{dossier}", str(hub.open())), hub.http.headers
    full = httpx.get(address, headers=headers)
    head = httpx.head(address, headers=headers)
    assert (head.status_code, head.content) == (full.status_code, b"")
    assert head.headers["content-type"] == full.headers["content-type"]


def test_head_of_what_is_only_posted_is_refused(running: Running) -> None:
    assert httpx.head(running.url + "/v1/events").status_code == 405


@pytest.mark.parametrize(("path", "methods"), [
    ("/v1/dossiers", "GET, HEAD, POST"),
    ("/v1/events", "POST"),
    ("/v1/stream", "GET"),
    ("/v1/imports/mappings/visits", "GET, HEAD, PUT"),
    ("/v1/log/checkpoint", "GET, HEAD"),
])  # fmt: skip
def test_allow_names_every_method_of_an_address(running: Running, path: str, methods: str) -> None:
    """Source: RFC 9110, 10.2.1."""
    assert httpx.patch(running.url + path).headers["allow"] == methods
    assert httpx.options(running.url + path).headers["allow"] == methods


@pytest.mark.parametrize(("accept", "sent"), [
    ("application/x-ndjson;q=0.5, application/json;q=0.9", "application/json"),
    ("application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
    ("image/png", "application/json"),
])  # fmt: skip
def test_a_history_comes_as_it_is_liked_best(hub: Poster, auditor: Client, accept: str, sent: str) -> None:
    answer = auditor.get(f"/v1/dossiers/{hub.open()}/history", headers={"accept": accept})
    assert answer.headers["content-type"] == sent


def test_a_null_is_an_attribute_that_is_not_there(hub: Poster) -> None:
    """Source: CloudEvents JSON format, 2.2."""
    absent = dict.fromkeys(("timeprecision", "data_base64", "datacontenttype", "comexampleextension"))
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, hub.open()) | absent).status_code == 201
    missing = hub.send(hub.event("contact-made", {"channel": "phone"}, hub.open()) | {"source": None})
    assert [error["pointer"] for error in missing.json()["errors"]] == ["/source"]


def test_a_backslash_before_a_u_is_no_null_character(hub: Poster) -> None:
    note = r"C:\u0000.txt"
    assert hub.send(hub.event("contact-made", {"channel": "phone", "note": note}, hub.open())).status_code == 201


def test_an_event_is_no_longer_in_a_batch_than_alone(hub: Poster) -> None:
    dossier = hub.open()
    short = hub.event("contact-made", {"channel": "phone"}, dossier)
    long = hub.event("contact-made", {"channel": "phone", "note": "x" * Limits().event_bytes}, dossier)
    assert slug(hub.send(long)) == "too-large"
    results = hub.batch([short, long]).json()
    assert [one["status"] for one in results] == [201, 413]
    assert results[1]["problem"]["type"].endswith("/too-large")


def test_at_least_includes_what_was_written_to_another_dossier(running: Running, hub: Poster, auditor: Client) -> None:
    """Held up, the projector is waited for; without `at_least` the answer comes before it."""
    number = fresh_number()
    first, second = hub.open(), hub.open()
    for dossier in (first, second):
        hub.post("enterprise-linked", {"legal_identifier": number}, dossier)
    hub.post("aid-applied", {"application_id": "A", "instrument": "grant", "legal_identifier": number}, second)
    granted = {"application_id": "A", "outcome": "granted", "amount": "7000.00", "legal_basis": "de-minimis",
               "gross_grant_equivalent": "7000.00", "legal_identifier": number}  # fmt: skip
    address = f"/v1/dossiers/{first}"
    with (
        ThreadPoolExecutor() as pool,
        open_database(Settings(data=running.data)) as database,
        psycopg.connect(database.owner) as holding,
    ):
        holding.execute("SELECT FROM projection.generation WHERE status = 'served' FOR UPDATE")
        position = hub.post("aid-decided", granted, second)["position"]
        asked = pool.submit(auditor.get, address, params={"at_least": position})
        assert auditor.get(address).json()["aid"]["de_minimis"]["used"] == "0.00"
        assert not asked.done()
        holding.rollback()
        assert asked.result().json()["aid"]["de_minimis"]["used"] == "7000.00"


def test_a_search_by_name_goes_on_where_the_page_ends(hub: Poster, adviser: Client) -> None:
    person = {"given_name": "Oda", "family_name": "Zwartkruisbeekman"}
    opened = {str(hub.open(person=person)) for _ in range(53)}
    wait_until(lambda: opened <= set(pages(adviser, "/v1/dossiers?q=Zwartkruisbeekman")))
    found = pages(adviser, "/v1/dossiers?q=Zwartkruisbeekman")
    assert len(found) == len(set(found))


def pages(http: Client, address: str) -> list[str]:
    """The dossiers on a page and on those that follow it."""
    answer = http.get(address)
    found = [one["id"] for one in answer.json()["dossiers"]]
    return found + (pages(http, answer.links["next"]["url"]) if "next" in answer.links else [])


def test_another_content_in_one_batch_names_the_first_position(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    other = event | {"data": {"channel": "web"}}
    first, second = hub.batch([event, other]).json()
    assert second["problem"]["type"].endswith("/already-recorded-differently")
    assert second["problem"]["position"] == first["position"]
    third = hub.batch([event, other], atomic="true")
    assert third.json()["items"][1]["problem"]["position"] == first["position"]


def test_what_a_token_opened_is_kept_by_no_cache(running: Running, hub: Poster, adviser: Client) -> None:
    """An adviser's browser, or a proxy on the way, would show a person to whoever comes next."""
    dossier = hub.open()
    for path in (f"/v1/dossiers/{dossier}", f"/v1/dossiers/{dossier}/timeline", "/v1/dossiers", "/v1/feed"):
        assert adviser.get(path).headers["cache-control"] == "no-store"
    assert "no-store" in adviser.get("/v1/dossiers/none").headers["cache-control"]
    with httpx.Client(base_url=running.url) as anyone:
        assert "no-store" not in anyone.get("/v1/log/vkey").headers["cache-control"]
        assert "cache-control" not in anyone.get("/v1/agencies").headers


@pytest.mark.parametrize("path", ["/v1/agencies", "/docs", "/openapi.json", "/v1/dossiers", "/nowhere", "/sign-in"])
def test_no_type_is_guessed_and_nothing_is_framed(running: Running, path: str) -> None:
    """`/docs` takes tokens: in a frame of another site a click there would be that site's."""
    headers = httpx.get(running.url + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(("path", "query", "twice"), [
    ("/v1/feed", "after=5&type=x&type=x&after=6", ["/after"]),
    ("/v1/dossiers", "q=a&phase=creation&q=b&phase=creation", ["/phase", "/q"]),
    ("/v1/indicators/ict-share", "by=year&by=sector", ["/by"]),
    ("/v1/log/proof/inclusion", "position=1&position=2", ["/position"]),
    ("/v1/deeds/log/proof/inclusion", "position=1&position=2", ["/position"]),
    ("/v1/dossiers/{dossier}", "known=2026-01-01T00:00:00Z&known=2026-02-01T00:00:00Z", ["/known"]),
])  # fmt: skip
def test_a_parameter_is_said_once(hub: Poster, adviser: Client, path: str, query: str, twice: list[str]) -> None:
    address = path.replace("{dossier}", str(hub.open()))
    for client in (hub.http, adviser):
        response = client.get(f"{address}?{query}")
        assert (response.status_code, slug(response)) == (422, "invalid")
        assert [error["pointer"] for error in response.json()["errors"]] == twice


def test_a_parameter_that_takes_several_values_is_said_as_often(hub: Poster) -> None:
    assert hub.http.get("/v1/feed?agency=hub&agency=innoviris&limit=1").status_code == 200
