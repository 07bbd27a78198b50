"""Organisations merge and are renamed: what they recorded stays theirs, and can be found with their successor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.contract.client import Client, Poster, follow, slug
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.contract.sse import listening
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
    done = running.call("agency", "succeed", agency, "--successor", successor)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


REFERRAL = {"referral_id": "r-1", "to_agency": "old-impulse", "service": "coaching"}


def opened_before(succeeded: dict[str, Poster], innoviris: Poster) -> str:
    """A dossier that only others have recorded on, with a referral to the organisation that is no more."""
    dossier = str(innoviris.open(person={"given_name": "Zélie", "family_name": "Quintin"}))
    innoviris.post("referral-made", REFERRAL, dossier, time=BEFORE)
    return dossier


@pytest.mark.parametrize("answer", ["referral-accepted", "referral-declined", "referral-completed"])
def test_a_successor_answers_what_was_addressed_to_its_predecessor(
    succeeded: dict[str, Poster], innoviris: Poster, anybody: Client, answer: str
) -> None:
    known_to_the_server(anybody)
    dossier = opened_before(succeeded, innoviris)
    data = {"referral_id": "r-1"} | ({"reason_code": "no-capacity"} if answer == "referral-declined" else {})
    refused = succeeded["old-atrium"].send(succeeded["old-atrium"].event(answer, data, dossier, time=BEFORE))
    assert (refused.status_code, slug(refused)) == (422, "referral-not-addressed-to-you")
    succeeded["new-hub"].post(answer, data, dossier, time=SINCE)


def test_a_predecessor_does_not_answer_for_its_successor(succeeded: dict[str, Poster], innoviris: Poster) -> None:
    dossier = innoviris.open()
    innoviris.post("referral-made", REFERRAL | {"to_agency": "new-hub"}, dossier, time=BEFORE)
    impulse = succeeded["old-impulse"]
    refused = impulse.send(impulse.event("referral-accepted", {"referral_id": "r-1"}, dossier, time=BEFORE))
    assert slug(refused) == "referral-not-addressed-to-you"


def test_a_successor_has_the_relations_of_its_predecessor(
    succeeded: dict[str, Poster], innoviris: Poster, hub: Poster, anybody: Client
) -> None:
    known_to_the_server(anybody)
    start = follow(innoviris.http)[1]
    dossier = opened_before(succeeded, innoviris)
    shown = {
        name: poster.http.get(f"/v1/dossiers/{dossier}").json().get("person") for name, poster in succeeded.items()
    }
    assert shown["new-hub"] == shown["old-impulse"] == {"given_name": "Zélie", "family_name": "Quintin"}
    assert not shown["old-atrium"]
    assert not hub.http.get(f"/v1/dossiers/{dossier}").json().get("person")
    made = "brussels.dossier.referral-made.v1"
    own = follow(succeeded["new-hub"].http, after=start, relation="own", type=made)[0]
    assert dossier in {entry["dossier"] for entry in own}


def test_a_successor_erases_by_the_mandate_of_its_predecessor(
    succeeded: dict[str, Poster], innoviris: Poster, anybody: Client
) -> None:
    known_to_the_server(anybody)
    dossier = innoviris.open()
    mandate = {"agency": "old-impulse", "purpose": "coaching", "legal_ground": "consent"}
    innoviris.post("mandate-declared", mandate, dossier, time=BEFORE)
    atrium = succeeded["old-atrium"]
    erasure = {"scope": "all", "ground": "the person asked"}
    assert slug(atrium.send(atrium.event("personal-data-erased", erasure, dossier, time=BEFORE))) == "mandate-required"
    succeeded["new-hub"].post("personal-data-erased", erasure, dossier)


def test_a_stream_names_who_speaks_for_the_author(succeeded: dict[str, Poster], anybody: Client) -> None:
    known_to_the_server(anybody)
    dossier = str(succeeded["new-hub"].open())
    position = int(succeeded["old-atrium"].post("contact-made", {"channel": "phone"}, dossier, time=BEFORE)["position"])
    with listening(succeeded["new-hub"].http, str(position - 1)) as messages:
        event = next(messages).data
    assert (event["agency"], event["successor"]) == ("old-atrium", "new-hub")


def test_figures_are_grouped_by_successor_where_that_is_asked(
    succeeded: dict[str, Poster], analyst: Client, anybody: Client
) -> None:
    known_to_the_server(anybody)
    dossier = succeeded["new-hub"].open()
    succeeded["old-atrium"].post("contact-made", {"channel": "phone"}, dossier, time=BEFORE)
    path, asked = "/v1/indicators/entrepreneurs-by-phase", {"by": "agency", "disclosure": "none"}

    def counted(**more: str) -> dict[str, Any]:
        found: dict[str, Any] = analyst.get(path, params=asked | more).json()
        return found

    eventually(lambda: "old-atrium" in {row["agency"] for row in counted()["rows"]})
    apart, together = counted(), counted(by_successor="true")
    assert "successors" not in apart["certificate"]
    told = together["certificate"]["successors"]
    assert {gone: heir for gone, heir in told.items() if heir == "new-hub"} == {
        "old-impulse": "new-hub",
        "old-atrium": "new-hub",
    }
    known = anybody.get("/v1/agencies").json()["agencies"]
    assert told == {one["id"]: one["successor"] for one in known if one.get("successor")}, "and what others registered"
    assert not {"old-impulse", "old-atrium"} & {row["agency"] for row in together["rows"]}


def test_the_public_gets_one_grouping_alone(anybody: Client, hub: Poster) -> None:
    path = "/v1/indicators/entrepreneurs-by-phase"
    assert anybody.get(path, params={"by_successor": "true"}).status_code == 401
    assert hub.http.get(path, params={"by_successor": "true"}).status_code == 403
