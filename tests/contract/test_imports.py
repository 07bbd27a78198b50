"""A file that was sent is imported once, to its end, whatever happens; and tells its sender alone what was left out."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from tests.contract.client import Client, Poster, fresh_number, slug
from tests.contract.files import HEADER, MAPPING, ended, row, send, table
from tests.contract.running import Running
from tests.turn import eventually

WRITTEN = yaml.safe_load((Path(__file__).parents[1] / "cases" / "strict_yaml.yaml").read_text())


def ref() -> str:
    return f"c-{uuid4().hex[:12]}"


def test_a_file_is_taken_and_imported(hub: Poster) -> None:
    number = fresh_number()
    file = table([row(ref(), number), row(ref(), number, "31/02/2024"), row(ref(), number, "1er février 2024")])
    response = send(hub.http, file)
    status = ended(hub.http, response)
    assert status["status"] == "done", status
    told = {name: status["progress"][name] for name in ("rows", "accepted", "duplicate", "quarantined")}
    assert told == {"rows": 3, "accepted": 2, "duplicate": 0, "quarantined": 1}
    found: list[dict[str, Any]] = []

    def projected() -> bool:
        found[:] = hub.http.get("/v1/dossiers", params={"q": number}).json()["dossiers"]
        return bool(found)

    eventually(projected)
    [dossier] = found
    timeline = hub.http.get(f"/v1/dossiers/{dossier['id']}/timeline").json()["entries"]
    assert [e["time"][:10] for e in timeline if "contact-made" in e["type"]] == ["2024-02-01", "2024-12-31"]


def test_the_report_names_line_column_and_remedy_in_three_languages_and_no_personal_cell(hub: Poster) -> None:
    file = table([row(ref(), day="vers Noël"), row(ref(), "0403449824")])
    status = ended(hub.http, send(hub.http, file))
    told = {
        lang: hub.http.get(status["report"], params={"lang": lang}).json()["quarantined"] for lang in ("fr", "nl", "en")
    }
    [day, number] = told["en"]
    assert (day["line"], number["line"]) == (2, 3)
    assert [(f["code"], f["column"], f["value"]) for f in day["faults"]] == [("date-unreadable", "Datum", "vers Noël")]
    assert [(f["code"], f["column"], f["value"]) for f in number["faults"]] == [
        ("number-wrong", "Ondernemingsnummer", "")
    ], "an enterprise number may be a person's: it is not kept"
    assert len({row["faults"][0]["remedy"] for rows in told.values() for row in rows}) == 6
    assert "Vandenabeele" not in str(told)


def test_the_report_comes_as_csv(hub: Poster) -> None:
    status = ended(hub.http, send(hub.http, table([row(ref(), day="=1+1")])))
    response = hub.http.get(status["report"], headers={"accept": "text/csv"}, params={"lang": "nl"})
    assert response.headers["content-type"].startswith("text/csv")
    [fault] = list(csv.DictReader(io.StringIO(response.text)))
    assert (fault["line"], fault["column"], fault["code"]) == ("2", "Datum", "date-unreadable")
    assert fault["value"] == "'=1+1", "no spreadsheet runs it"
    assert "geen datum" in fault["problem"]


def test_lines_that_no_report_or_log_could_hold_spoil_no_other(hub: Poster) -> None:
    file = table([row(ref()), row(ref(), day="\0"), row(ref(), note='"opened'), row(ref(), note='closed"'), row(ref())])
    status = ended(hub.http, send(hub.http, file))
    assert status["status"] == "done", status
    told = hub.http.get(status["report"], params={"lang": "en"}).json()["quarantined"]
    assert [(line["line"], fault["code"]) for line in told for fault in line["faults"]] == [
        (3, "null-character"),
        (4, "quote-unclosed"),
        (5, "quote-unclosed"),
    ]
    assert status["progress"]["rows"] == 5


JSON = MAPPING.replace("format: csv", "format: ndjson").replace("Référence, ", "")


def test_a_line_of_json_with_half_a_character_spoils_no_other(hub: Poster) -> None:
    line = '{"referentie": "%s", "Numéro d\'entreprise": "%s", "Date": "%s", "Note": "%s"}\n'
    days = ("01/02/1850", "01/02/2024\\ud83d", "01/02/2024", "\\u0000")
    file = "".join(line % (ref(), fresh_number(), day, "x") for day in days).encode()
    json_mapping = JSON.replace("[Referentie]", "referentie")
    status = ended(hub.http, send(hub.http, file, json_mapping))
    assert status["status"] == "done", status
    told = hub.http.get(status["report"], params={"lang": "en"}).json()["quarantined"]
    assert [(line["line"], fault["code"]) for line in told for fault in line["faults"]] == [
        (2, "line-unreadable"),
        (4, "null-character"),
    ]
    assert status["progress"]["accepted"] == 2


def test_the_same_file_again_adds_nothing(hub: Poster) -> None:
    file = table([row(ref()), row(ref())])
    ended(hub.http, send(hub.http, file))
    again = ended(hub.http, send(hub.http, file))
    assert (again["progress"]["accepted"], again["progress"]["duplicate"]) == (0, 2)


def test_a_dry_run_writes_nothing_to_the_log(hub: Poster, auditor: Client) -> None:
    number, before = fresh_number(), position(auditor)
    file = table([row(ref(), number), row(ref(), day="?")])
    for rehearsal in (send(hub.http, file, dry_run="true"), raw(hub, file, dry_run="true")):
        status = ended(hub.http, rehearsal)
        assert status["dry_run"]
        assert (status["progress"]["accepted"], status["progress"]["quarantined"]) == (1, 1)
    assert position(auditor) == before
    assert hub.http.get("/v1/dossiers", params={"q": number}).json()["dossiers"] == []


def position(auditor: Client) -> str:
    """The position of the last event; 0 where there is none."""
    last = "0"
    entries: list[dict[str, Any]] = auditor.get("/v1/feed", params={"after": "0"}).json()["entries"]
    while entries:
        last = entries[-1]["position"]
        entries = auditor.get("/v1/feed", params={"after": last}).json()["entries"]
    return last


def raw(poster: Poster, file: bytes, **params: str) -> Any:
    """A file as the body, by a mapping that was stored."""
    put = poster.http.put(
        "/v1/imports/mappings/contacts", content=MAPPING, headers={"content-type": "application/yaml"}
    )
    assert put.status_code in (200, 201), put.text
    params = {"mapping": "contacts", **params}
    return poster.http.post("/v1/imports", content=file, headers={"content-type": "text/csv"}, params=params)


def test_a_stored_mapping_is_used_by_its_name(hub: Poster, innoviris: Poster) -> None:
    assert ended(hub.http, raw(hub, table([row(ref())])))["progress"]["accepted"] == 1
    assert hub.http.get("/v1/imports/mappings/contacts").json()["mapping"] == MAPPING
    assert slug(innoviris.http.get("/v1/imports/mappings/contacts")) == "not-found"
    assert innoviris.http.get("/v1/imports/mappings/tam").status_code == 200


def test_only_its_sender_sees_an_import(hub: Poster, innoviris: Poster, anybody: Client) -> None:
    status = ended(hub.http, send(hub.http, table([row(ref())])))
    for path in (f"/v1/imports/{status['id']}", status["report"]):
        assert slug(innoviris.http.get(path)) == "not-found"
        assert anybody.get(path).status_code == 401
    assert status["id"] in [run["id"] for run in hub.http.get("/v1/imports").json()["imports"]]
    assert innoviris.http.get("/v1/imports").json()["imports"] == []


def test_the_list_goes_back_by_pages(hub: Poster) -> None:
    sent = [ended(hub.http, send(hub.http, table([row(ref())])))["id"] for _ in range(3)]
    page = hub.http.get("/v1/imports", params={"limit": 2})
    assert [run["id"] for run in page.json()["imports"]] == [sent[2], sent[1]]
    assert hub.http.get(page.links["next"]["url"]).json()["imports"][0]["id"] == sent[0]
    count = len(hub.http.get("/v1/imports", params={"limit": 100}).json()["imports"])
    assert not hub.http.get("/v1/imports", params={"limit": count}).links, "the last page leads nowhere"


def test_a_mapping_of_another_organisation_is_refused(hub: Poster) -> None:
    names = "agency: {id: innoviris, names: {fr: I, nl: I, en: I}, source_prefix: 'urn:x'}"
    assert slug(send(hub.http, table([row(ref())]), MAPPING + names)) == "forbidden"


def test_rows_of_another_organisation_are_quarantined(hub: Poster) -> None:
    mapping = MAPPING.replace("tables:", "agency: {column: note, source_prefix: 'urn:{id}'}\ntables:")
    status = ended(hub.http, send(hub.http, table([row(ref(), note="hub"), row(ref(), note="Innoviris")]), mapping))
    assert (status["progress"]["accepted"], status["progress"]["quarantined"]) == (1, 1)
    [left] = hub.http.get(status["report"]).json()["quarantined"]
    assert left["faults"][0]["code"] == "agency-not-yours"


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("no file", {"data": {"mapping": MAPPING}, "files": {"other": b"x"}}, 422, "invalid"),
    ("an empty file", {"data": {"mapping": MAPPING}, "files": {"file": ("a.csv", b"")}}, 422, "invalid"),
    ("no mapping", {"files": {"file": ("a.csv", b"a")}}, 422, "invalid"),
    ("an unknown mapping", {"data": {"mapping": "absent"}, "files": {"file": ("a.csv", b"a")}}, 404, "not-found"),
    ("a wrong mapping", {"data": {"mapping": "version: 2"}, "files": {"file": ("a.csv", b"a")}}, 422, "invalid"),
    ("no YAML", {"data": {"mapping": "a: ["}, "files": {"file": ("a.csv", b"a")}}, 422, "invalid"),
    ("aliases", {"data": {"mapping": "a: &a [1]\nb: [*a, *a]"}, "files": {"file": ("a.csv", b"a")}}, 422, "invalid"),
    ("no such dry run", {"data": {"mapping": "tam", "dry_run": "perhaps"}, "files": {"file": ("a.csv", b"a")}}, 422,
     "invalid"),
    ("JSON", {"json": {}}, 415, "unsupported-media-type"),
    ("a packed body", {"content": b"a", "headers": {"content-type": "text/csv", "content-encoding": "gzip"}}, 415,
     "unsupported-encoding"),
    ("a broken form", {"content": b"a", "headers": {"content-type": "multipart/form-data; boundary=b"}}, 400,
     "malformed"),
    ("a form without boundary", {"content": b"a", "headers": {"content-type": "multipart/form-data"}}, 400,
     "malformed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "status", "name"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_taken_is_refused_and_leaves_no_file(
    hub: Poster, running: Running, request_: dict[str, Any], status: int, name: str
) -> None:
    response = hub.http.post("/v1/imports", **request_)
    assert (response.status_code, slug(response)) == (status, name), response.text
    assert [file.name for file in (running.data / "imports").glob("*") if file.suffix == ".part"] == []


UNREADABLE = [
    (b"", "header-missing"),
    (HEADER.replace("Datum", "Dag").encode("cp1252"), "header-missing"),
    (HEADER.replace("Nota", "Datum").encode("cp1252"), "header-twice"),
]


@pytest.mark.parametrize(("file", "code"), UNREADABLE[1:])
def test_a_file_that_cannot_be_read_at_all_says_why(hub: Poster, running: Running, file: bytes, code: str) -> None:
    status = ended(hub.http, send(hub.http, file))
    assert (status["status"], status["failure"]["code"]) == ("failed", code)
    assert status["failure"]["remedy"]
    assert not (running.data / "imports" / f"{status['id']}.file").exists()


def test_the_file_is_gone_once_it_is_imported(hub: Poster, running: Running) -> None:
    status = ended(hub.http, send(hub.http, table([row(ref(), note="Noémie Vandenabeele")])))
    assert not list((running.data / "imports").glob(f"{status['id']}*"))
    assert "Vandenabeele" not in running.err.read_text()


def test_the_limits_of_imports_are_published(anybody: Client) -> None:
    limits = anybody.get("/v1/limits").json()
    assert (limits["import_bytes"], limits["imports_waiting"]) == (256 << 20, 10)


def test_a_file_above_the_limit_is_too_large(hub: Poster, running: Running) -> None:
    content = itertools.repeat(b"x" * (1 << 20), 257)
    before = resident(running)
    response = hub.http.post(
        "/v1/imports", content=content, headers={"content-type": "text/csv"}, params={"mapping": "tam"}
    )
    assert (response.status_code, slug(response)) == (413, "too-large")
    assert resident(running) < before + (64 << 10), "it was never held in memory"
    assert not list((running.data / "imports").glob("*.part"))


@pytest.mark.parametrize("how", ["field", "part", "stored"])
def test_a_mapping_above_its_limit_is_told_of_the_mapping_not_of_the_file(hub: Poster, how: str) -> None:
    long = MAPPING + "# " + "x" * (300 << 10)
    if how == "stored":
        headers = {"content-type": "application/yaml"}
        response = hub.http.put("/v1/imports/mappings/contacts", content=long, headers=headers)
    else:
        parts: dict[str, Any] = {"file": ("contacts.csv", table([row(ref())]), "text/csv")}
        given = {"files": parts, "data": {"mapping": long}}
        if how == "part":
            given = {"files": {**parts, "mapping": ("contacts.yaml", long)}}
        response = hub.http.post("/v1/imports", **given)  # type: ignore[arg-type]
    assert (response.status_code, slug(response)) == (413, "too-large")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/mapping"]


def resident(running: Running) -> int:
    """KiB of memory that the server holds."""
    assert running.process is not None
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in WRITTEN])
def test_a_mapping_that_is_no_yaml_is_refused_by_its_place(hub: Poster, case: dict[str, Any]) -> None:
    text = case["text"].replace("{}", case["of"] * case["times"]) if "of" in case else case["text"]
    headers = {"content-type": "application/yaml"}
    response = hub.http.put("/v1/imports/mappings/hostile", content=text, headers=headers)
    assert slug(response) == "invalid"
    assert case["said"] in response.json()["errors"][0]["detail"]
