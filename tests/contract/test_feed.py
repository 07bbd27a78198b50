"""Following the log: page by page, filtered or not, and nothing is lost."""

from __future__ import annotations

import json
import threading
from uuid import UUID

import httpx
import pytest
from tests.contract.client import STREAM, Client, Poster, follow, slug

from dossier.event import unseal

NAMED = {"position", "type", "agency", "time", "timeprecision", "recordedtime"}


def fill(hub: Poster, dossier: UUID, count: int) -> None:
    lines = [json.dumps(hub.event("contact-made", {"channel": "phone"}, dossier)) for _ in range(count)]
    response: httpx.Response = hub.http.post("/v1/events", content="\n".join(lines), headers=STREAM)
    assert {json.loads(line)["status"] for line in response.text.splitlines()} == {201}


def test_the_pages_are_the_log_without_a_gap(hub: Poster, innoviris: Poster) -> None:
    fill(hub, hub.open(), 1_200)
    entries, last = follow(innoviris.http)
    assert [int(entry["position"]) for entry in entries] == list(range(1, int(last) + 1))
    assert len(entries) > 1_200
    recorded = [entry["recordedtime"] for entry in entries]
    assert recorded == sorted(recorded), "recordedtime never decreases with position"
    assert set(entries[0]) >= NAMED


def test_following_goes_on_where_it_ended(hub: Poster, innoviris: Poster) -> None:
    last = follow(innoviris.http)[1]
    position = hub.post("contact-made", {"channel": "phone"}, hub.open())["position"]
    entries, last = follow(innoviris.http, after=last)
    assert [entry["type"].split(".")[2] for entry in entries] == ["dossier-opened", "contact-made"]
    assert entries[-1]["position"] == position == last
    assert follow(innoviris.http, after=last) == ([], last)


def test_at_the_end_there_is_nothing_yet_and_beyond_it_is_another_log(innoviris: Poster) -> None:
    """Positions have no gaps: one beyond the end was given by a log that a restore took back."""
    last = follow(innoviris.http)[1]
    response = innoviris.http.get("/v1/feed", params={"after": last})
    assert (response.json()["entries"], "next" in response.links) == ([], False)
    beyond = innoviris.http.get("/v1/feed", params={"after": "999999999999999999"})
    assert (beyond.status_code, slug(beyond)) == (422, "invalid")
    assert beyond.json()["errors"][0]["pointer"] == "/after"


@pytest.mark.parametrize("after", ["٣", "-1", "1.0", "0x1", ""])
def test_a_position_is_written_in_digits(innoviris: Poster, after: str) -> None:
    assert slug(innoviris.http.get("/v1/feed", params={"after": after})) == "invalid"


def test_a_filter_leaves_out_and_loses_nothing(hub: Poster, innoviris: Poster) -> None:
    start = follow(innoviris.http)[1]
    dossier = hub.open()
    mine = [innoviris.post("contact-made", {"channel": "phone"}, dossier)["position"]]
    fill(hub, dossier, 700)
    mine += [innoviris.post("phase-declared", {"phase": "creation"}, dossier)["position"]]
    mine += [innoviris.post("contact-made", {"channel": "visit"}, dossier)["position"]]
    by_agency, last = follow(innoviris.http, after=start, agency="innoviris")
    assert [entry["position"] for entry in by_agency] == mine
    assert last == mine[-1]
    contact = "brussels.dossier.contact-made.v1"
    by_both = follow(innoviris.http, after=start, agency="innoviris", type=contact)[0]
    assert [entry["position"] for entry in by_both] == [mine[0], mine[2]]
    assert len(follow(innoviris.http, after=start, type=contact)[0]) == 702


def test_a_filtered_page_may_be_empty_and_have_a_next(hub: Poster, innoviris: Poster) -> None:
    start = follow(innoviris.http)[1]
    fill(hub, hub.open(), 10_500)
    response = innoviris.http.get("/v1/feed", params={"agency": "finance", "after": start})
    assert response.json()["entries"] == []
    assert "next" in response.links
    entries, last = follow(innoviris.http, agency="finance", after=start)
    assert entries == []
    assert int(last) >= int(start) + 10_500


def test_an_entry_is_the_event_as_stored_without_its_person(hub: Poster, innoviris: Poster, auditor: Client) -> None:
    dossier = hub.open(person={"given_name": "Zoé", "family_name": "Suivie"}, channel="desk")
    entry = follow(innoviris.http, after=str(int(follow(innoviris.http)[1]) - 1))[0][-1]
    assert (entry["subject"], entry["data"]) == (str(dossier), {"channel": "desk"})
    assert "personal" not in entry
    kept = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"][0]
    assert (entry["digest"], entry["recordedtime"]) == (kept["digest"], kept["recordedtime"])
    assert unseal(json.dumps(entry).encode(), int(entry["position"])).version == 1


def test_nothing_is_lost_by_who_follows_while_many_write(hub: Poster, innoviris: Poster) -> None:
    start = follow(innoviris.http)[1]
    dossiers = [hub.open() for _ in range(4)]
    writers = [threading.Thread(target=fill, args=(hub, dossier, 300)) for dossier in dossiers]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    last = start
    while any(writer.is_alive() for writer in writers) or len(seen) < 1_204:
        entries, last = follow(innoviris.http, after=last)
        seen += [int(entry["position"]) for entry in entries]
    for writer in writers:
        writer.join()
    assert seen == list(range(int(start) + 1, int(start) + 1_205))
