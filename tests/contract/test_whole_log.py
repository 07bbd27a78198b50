"""The whole log, audited beside a running server; figures counted again; a log that is older than what was signed."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from tests.contract.client import Client, Poster
from tests.contract.running import Running
from tests.contract.sealed import latest
from tests.posting import FINANCE
from tests.turn import eventually

from dossier.sealing.keys import Signer
from dossier.writing.registration import new_dossier_id


def test_the_whole_log_is_audited_beside_the_running_server(running: Running, hub: Poster, anybody: Client) -> None:
    latest(
        anybody,
        int(hub.post("contact-made", {"channel": "phone"}, hub.open(person={"given_name": "Ysaline"}))["position"]),
    )
    assert running.run("audit", "log", "--key", running.run("audit", "key", "show")).startswith("whole: ")
    other = running.command("audit", "log", "--key", Signer.new("log.example/other").vkey)
    assert (other.returncode, other.stderr.splitlines()[-1][:9]) == (1, "dossier: ")


def test_a_published_figure_is_recounted(running: Running, analyst: Client, hub: Poster, tmp_path: Path) -> None:
    hub.open()
    path = tmp_path / "figure.json"
    path.write_text(analyst.get("/v1/indicators/entrepreneurs-by-phase").text)
    assert "the same" in running.run("audit", "figure", str(path))
    other = json.loads(path.read_text())
    other["certificate"]["root"] = base64.b64encode(bytes(32)).decode()
    path.write_text(json.dumps(other))
    assert "this is another log" in running.call("audit", "figure", str(path)).stderr


def test_what_the_public_is_shown_is_recounted_from_the_exported_log_alone(
    running: Running, anybody: Client, hub: Poster, tmp_path: Path
) -> None:
    hub.open()
    figure, log = tmp_path / "figure.json", tmp_path / "log.ndjson"
    figure.write_text(anybody.get("/v1/indicators/entrepreneurs-by-phase").text)
    running.run("export", "-o", str(log))
    assert json.loads(figure.read_text())["certificate"]["disclosure"]["publication"]
    counted = running.offline_command("audit", "figure", str(figure), "--log", str(log))
    assert (counted.returncode, "the same" in counted.stdout) == (0, True), counted.stderr
    shorter = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*shorter[:-2], shorter[-1]]))
    refused = running.offline("audit", "figure", str(figure), "--log", str(log))
    assert (refused.returncode, refused.stderr) == (1, "dossier: the trailer is not that of the lines above\n")


def test_a_figure_of_readings_is_recounted_from_two_exports_also_after_an_erasure(
    running: Running, analyst: Client, hub: Poster, operator: Client, connect: Any, token: Any, tmp_path: Path
) -> None:
    figure, log, readings = (tmp_path / name for name in ("figure.json", "log.ndjson", "readings.ndjson"))
    dossier = hub.open(person={"given_name": "Ysaline", "family_name": "Relue"})
    assert connect(token("adviser", agency="finance")).get(f"/v1/dossiers/{dossier}").status_code == 200
    again = {"person": {"given_name": "Ysaline", "family_name": "Autre"}}
    finance = Poster(FINANCE, connect(token("agency", agency="finance")))
    position = int(finance.post("profile-updated", again, dossier)["position"])
    figure.write_text(counted(analyst, position))
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    headers = {"content-type": "application/cloudevents+json"}
    assert operator.post("/v1/events", json=event, headers=headers).status_code == 201
    running.run("export", "-o", str(log))
    assert "readings in" in running.run("export", "--readings", "-o", str(readings))
    recount = ("audit", "figure", str(figure), "--log", str(log))
    counted_again = running.offline_command(*recount, "--readings", str(readings))
    assert (counted_again.returncode, "the same" in counted_again.stdout) == (0, True), counted_again.stderr
    without = running.offline(*recount)
    assert without.returncode == 1
    assert "give those that `dossier export --readings` wrote, by --readings" in without.stderr
    *lines, trailer = readings.read_bytes().splitlines(keepends=True)
    readings.write_bytes(b"".join([*lines[:-1], trailer]))
    refused = running.offline(*recount, "--readings", str(readings))
    assert (refused.returncode, "the trailer is not that of the lines above" in refused.stderr) == (1, True)
    assert "give --log too" in running.offline("audit", "figure", str(figure), "--readings", str(readings)).stderr
    assert running.call("export", "--readings", "--format", "parquet", "-o", str(tmp_path / "x")).returncode == 2


def counted(analyst: Client, position: int) -> str:
    """The meter, once it is counted up to a position, with somebody's name sent again in it."""

    def ask() -> str:
        return analyst.get("/v1/indicators/re-explaining", params={"disclosure": "none"}).text

    eventually(lambda: int(json.loads(ask())["certificate"]["position"]) >= position, seconds=60)
    told = ask()
    assert any((row["to_agency"], row["measure"]) == ("finance", "asked_twice") for row in json.loads(told)["rows"])
    return told


@pytest.mark.parametrize(
    "content",
    ["", "[" * 100_000, "{}", '{"indicator":1,"by":1,"rows":1,"certificate":{}}',
     '{"indicator":"ict-share","by":["cohort"],"rows":[{}],"certificate":{"ruleset":"x","ruleset_digest":"x",'
     '"position":"1","root":"x","disclosure":{}}}',
     '{"indicator":"ict-share","by":[],"rows":[],"certificate":{"ruleset":[],"ruleset_digest":"x",'
     '"position":"9999999999999999999999","root":"x","disclosure":{}}}'],
)  # fmt: skip
def test_a_certificate_that_is_none_is_refused_in_one_line(running: Running, tmp_path: Path, content: str) -> None:
    path = tmp_path / "figure.json"
    path.write_text(content)
    refused = running.offline("audit", "figure", str(path), "--log", str(path))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr


def test_a_server_whose_database_is_older_than_its_signature_does_not_start(tmp_path: Path) -> None:
    service = Running(tmp_path / "data")
    service.start()
    service.stop()
    signer = Signer.read((service.data / "keys" / "log.key").read_text().strip())
    text = f"{signer.name}\n7\n{base64.b64encode(bytes(32)).decode()}\n"
    (service.data / "keys" / "log.signed").write_text(text + "\n" + signer.line(text))
    refused = service.command("serve", "--port", "0")
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert "the log has 0 events, but a checkpoint over 7 was signed" in line
    assert service.command("audit", "export", str(new_dossier_id()), "-o", str(tmp_path / "b")).returncode == 1
