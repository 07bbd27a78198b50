"""Organisations merge and are renamed: what they recorded stays theirs, and can be found with their successor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.turn import eventually

from dossier.agencies import Agency
from dossier.database.embedded import EmbeddedPostgres
from dossier.writing.registration import new_dossier_id

BEFORE, SINCE = "2017-12-31T23:59:59+01:00", "2018-01-01T00:00:00+01:00"


@pytest.fixture(scope="module")
def merged(running: Running, connect: Callable[..., Client], token: Callable[..., str]) -> dict[str, Poster]:
    """Two organisations that became part of a third, which was renamed."""
    posters = {}
    for name in ("old-impulse", "old-atrium", "new-hub"):
        agency = Agency(name, name, name, name, f"https://{name}.example")
        add(running, agency)
        posters[name] = Poster(agency, connect(token("agency", agency=name)))
    return posters


@pytest.fixture(scope="module")
def succeeded(running: Running, merged: dict[str, Poster]) -> dict[str, Poster]:
    for name in ("old-impulse", "old-atrium"):
        running.run("agency", "succeed", name, "--successor", "new-hub", "--on", "2018-01-01")
    running.run("agency", "rename", "new-hub", "--name-fr", "Hub neuf", "--name-nl", "Nieuwe hub", "--on", "2018-01-01")
    return merged


def known_to_the_server(anybody: Client) -> dict[str, Any]:
    return {one["id"]: one for one in anybody.get("/v1/agencies").json()["agencies"]}


def test_the_register_tells_successors_and_former_names(succeeded: dict[str, Poster], anybody: Client) -> None:
    known = known_to_the_server(anybody)
    assert (known["old-impulse"]["successor"], known["old-impulse"]["succeeded_on"]) == ("new-hub", "2018-01-01")
    assert known["new-hub"]["name"] == {"fr": "Hub neuf", "nl": "Nieuwe hub", "en": "Hub neuf"}
    assert known["new-hub"]["former_names"] == [
        {"until": "2018-01-01", "fr": "new-hub", "nl": "new-hub", "en": "new-hub"}
    ]


def test_a_merged_organisation_reports_what_happened_before_and_no_more(
    succeeded: dict[str, Poster], anybody: Client
) -> None:
    known_to_the_server(anybody)
    impulse = succeeded["old-impulse"]
    dossier = succeeded["new-hub"].open()
    impulse.post("contact-made", {"channel": "phone"}, dossier, time=BEFORE)
    refused = impulse.send(impulse.event("contact-made", {"channel": "phone"}, dossier, time=SINCE))
    assert (refused.status_code, slug(refused)) == (403, "agency-succeeded")
    assert "new-hub" in refused.json()["detail"]
    assert refused.json()["errors"][0]["pointer"] == "/time"
    succeeded["new-hub"].post("contact-made", {"channel": "phone"}, dossier, time=SINCE)


def test_old_events_keep_their_author_and_name_who_speaks_for_it(succeeded: dict[str, Poster], auditor: Client) -> None:
    dossier = succeeded["new-hub"].open()
    succeeded["old-atrium"].post("contact-made", {"channel": "phone"}, dossier, time=BEFORE)
    entries = auditor.get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]
    told = {entry["agency"]: entry.get("successor") for entry in entries}
    assert told == {"old-atrium": "new-hub", "new-hub": None}


def test_dossiers_are_found_by_successor_too(succeeded: dict[str, Poster], auditor: Client) -> None:
    dossier = str(new_dossier_id())
    succeeded["old-impulse"].post("dossier-opened", {}, dossier, time=BEFORE)

    def listed(**params: str) -> set[str]:
        answer = auditor.get("/v1/dossiers", params={"agency": "new-hub", **params}).json()
        return {one["id"] for one in answer["dossiers"]}

    eventually(lambda: dossier in listed(by_successor="true"))
    assert dossier not in listed()


def test_the_database_maps_each_organisation_to_who_speaks_for_it(
    running: Running, succeeded: dict[str, Poster]
) -> None:
    """What figures can be grouped by."""
    with EmbeddedPostgres(running.data) as server, psycopg.connect(server.url("dossier_owner")) as connection:
        line: dict[str, str] = dict(connection.execute("SELECT agency, today FROM registry.line").fetchall())
    assert (line["old-impulse"], line["old-atrium"], line["new-hub"]) == ("new-hub", "new-hub", "new-hub")
    assert line["innoviris"] == "innoviris"


@pytest.mark.parametrize(
    ("agency", "successor"),
    [("new-hub", "old-impulse"), ("new-hub", "new-hub"), ("new-hub", "nobody"), ("no", "new-hub")],
)
def test_a_circle_of_successors_is_refused(
    running: Running, succeeded: dict[str, Poster], agency: str, successor: str
) -> None:
    done = running.command("agency", "succeed", agency, "--successor", successor)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
