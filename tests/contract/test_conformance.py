"""CloudEvents' own conformance samples, read from its feature files and put to this service."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.contract.client import STRUCTURED, Client, Poster

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "test_vectors"
FEATURE = VECTORS / "cloudevents_http-protocol-binding.feature"
DOCUMENTS = [VECTORS / "cloudevents_yaml_v1.yaml", VECTORS / "cloudevents_yaml_v1.0_v1_minimum.yaml"]
pytestmark = pytest.mark.skipif(not FEATURE.exists(), reason="the samples are not beside this checkout")
OURS = {"type": "brussels.dossier.contact-made.v1"}
"""What a sample says of an event that no catalogue has is replaced by what this one has; the form is the sample's."""


class Sample:
    """One example of a scenario: the request as written, and the attributes it must be read as."""

    def __init__(self, scenario: str, content_type: str) -> None:
        self.content_type = content_type
        request, *_ = re.findall(r'"""\n(.*?)\n\s*"""', scenario.replace("<contentType>", content_type), re.DOTALL)
        head, _, self.body = (re.sub(r"^ {8}", "", request, flags=re.MULTILINE)).partition("\n\n")
        self.headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
        rows = re.findall(
            r"^\s*\|\s*(\w+)\s*\|\s*(.*?)\s*\|\s*$", scenario.replace("<contentType>", content_type), re.M
        )
        self.attributes = {key: value for key, value in rows if key not in ("key", "contentType")}

    def __repr__(self) -> str:
        return f"{'binary' if 'ce-id' in self.headers else 'structured'} {self.content_type}"


def samples() -> list[Sample]:
    if not FEATURE.exists():
        return []
    found = []
    for scenario in FEATURE.read_text().split("Scenario Outline:")[1:]:
        outline, _, examples = scenario.partition("Examples:")
        found += [Sample(outline, each) for each in re.findall(r"^\s*\|\s*(\S.*?)\s*\|\s*$", examples, re.M)[1:]]
    return found


@pytest.mark.parametrize("sample", samples(), ids=repr)
def test_a_sample_of_the_http_binding_is_read_as_it_says(hub: Poster, auditor: Client, sample: Sample) -> None:
    """Its media types, header names, spacing; its id and time. Only type, source, subject and data are ours."""
    dossier = hub.open()
    ours = {**OURS, "source": hub.agency.source_prefix + sample.attributes["source"], "subject": str(dossier)}
    data = {"channel": "phone", "note": json.loads(sample.body).get("message", "Hello World!")}
    if "ce-id" in sample.headers:
        kept = {name: value for name, value in sample.headers.items() if name not in ("Host", "Content-Length")}
        headers = kept | {f"ce-{name}": value for name, value in ours.items()}
        headers["ce-id"] = f"{sample.attributes['id']}-{dossier}"
        content = json.dumps(data)
    else:
        headers = {"Content-Type": sample.content_type}
        content = json.dumps(json.loads(sample.body) | ours | {"data": data, "id": f"1234-1234-1234-{dossier}"})
    assert hub.http.post("/v1/events", content=content, headers=headers).status_code == 201
    stored = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"][1]
    assert stored["id"] == f"{sample.attributes['id']}-{dossier}"
    assert stored["time"] == sample.attributes["time"]
    assert stored["data"] == data


def test_the_feature_has_four_examples() -> None:
    assert len(samples()) == 4
    assert {frozenset(sample.attributes) for sample in samples()} == {
        frozenset({"id", "specversion", "type", "source", "time", "datacontenttype"})
    }


def documents() -> list[dict[str, Any]]:
    return [one for file in DOCUMENTS if file.exists() for one in yaml.safe_load_all(file.read_text()) if one]


@pytest.mark.parametrize(
    "sample",
    documents(),
    ids=lambda one: str(
        one["ContextAttributes"]["datacontenttype" if "datacontenttype" in one["ContextAttributes"] else "id"]
    ),
)
def test_an_event_of_no_agency_and_no_catalogue_is_refused_and_never_a_failure(
    hub: Poster, sample: dict[str, Any]
) -> None:
    """In each mode. The samples are valid CloudEvents: what is refused is what they are about, never their form."""
    attributes = dict(sample["ContextAttributes"])
    attributes |= attributes.pop("Extensions", {})
    attributes = {name: str(value).strip() for name, value in attributes.items()}
    structured = hub.http.post("/v1/events", json={**attributes, "data": sample["Data"]}, headers=STRUCTURED)
    headers = {f"ce-{name}": value for name, value in attributes.items() if name != "datacontenttype"}
    content_type = attributes.get("datacontenttype", "application/json")
    binary = hub.http.post(
        "/v1/events", content=sample["Data"].encode(), headers=headers | {"content-type": content_type}
    )
    json_type = content_type.startswith("application/json")
    assert structured.status_code == 422
    assert binary.status_code == (422 if json_type else 415)
