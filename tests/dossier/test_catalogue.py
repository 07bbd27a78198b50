"""The catalogue: the types of the contract, their schemas and what they let in.

After a compatible change of a schema (a new optional field, a wider list), renew what other software was promised:
`python -m tests.dossier.test_catalogue`. An incompatible one needs a new version of the type and an upcast.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.strategies import data_of

from dossier.catalogue import JOURNEY, RANK, TYPES, Fact
from dossier.catalogue.fact import PREFIX, schema

SNAPSHOT = Path(__file__).parents[1] / "cases" / "schemas.json"
NAMES = [
    "dossier-opened",
    "profile-updated",
    "enterprise-linked",
    "enterprise-unlinked",
    "enterprise-created",
    "enterprise-ceased",
    "enterprise-restructured",
    "enterprise-controlled",
    "project-described",
    "phase-declared",
    "contact-made",
    "coaching-session-held",
    "objective-set",
    "objective-progressed",
    "referral-made",
    "referral-accepted",
    "referral-declined",
    "referral-completed",
    "plan-submitted",
    "aid-applied",
    "aid-decided",
    "aid-paid",
    "aid-repaid",
    "premises-entered",
    "premises-left",
    "figures-reported",
    "event-corrected",
    "event-retracted",
    "dossiers-linked",
    "dossiers-unlinked",
    "dossiers-distinct",
    "mandate-declared",
    "mandate-ended",
    "consent-given",
    "consent-withdrawn",
    "personal-data-erased",
]
PERSONAL = {
    "dossier-opened": {"person"},
    "profile-updated": {"person"},
    "enterprise-linked": {"legal_name"},
    "enterprise-created": {"legal_name"},
    "project-described": {"title", "summary"},
    "contact-made": {"note"},
    "coaching-session-held": {"coach", "note", "next_step"},
    "objective-progressed": {"reason"},
    "referral-made": {"note"},
    "aid-decided": {"reason"},
    "aid-repaid": {"reason"},
    "event-corrected": {"reason"},
    "event-retracted": {"reason"},
}
each_type = pytest.mark.parametrize("kind", JOURNEY, ids=lambda kind: kind.NAME)


def is_marked(part: Any) -> bool:
    """Whether a part of a schema says it is personal, anywhere in it."""
    if isinstance(part, dict):
        return part.get("x-personal") is True or any(is_marked(inner) for inner in part.values())
    return isinstance(part, list) and any(is_marked(inner) for inner in part)


def schemas() -> dict[str, Any]:
    return {kind.TYPE: schema(kind) for kind in JOURNEY}


def test_the_catalogue_has_the_types_of_the_contract() -> None:
    assert set(TYPES) == {f"brussels.dossier.{name}.v1" for name in NAMES}


def test_every_type_has_its_place_in_a_journey() -> None:
    assert sorted(RANK.values()) == list(range(len(TYPES)))


@each_type
def test_a_type_has_a_label_in_three_languages(kind: type[Fact]) -> None:
    assert all(kind.LABEL[language] for language in ("fr", "nl", "en"))


@each_type
def test_a_schema_is_valid_json_schema_2020_12(kind: type[Fact]) -> None:
    body = schema(kind)
    assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(body)


@each_type
def test_what_identifies_or_describes_a_person_is_personal(kind: type[Fact]) -> None:
    assert PERSONAL.get(kind.NAME, set()) == kind.PERSONAL


@each_type
def test_a_schema_marks_exactly_the_personal_fields(kind: type[Fact]) -> None:
    properties = schema(kind)["properties"]
    assert {name for name, part in properties.items() if is_marked(part)} == kind.PERSONAL


@each_type
def test_an_unknown_field_is_refused(kind: type[Fact]) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.ADAPTER.validate_python({"nickname": "Jo"})
    assert ("nickname",) in [problem["loc"] for problem in caught.value.errors()]


@each_type
def test_a_schema_refuses_unknown_fields_at_every_depth(kind: type[Fact]) -> None:
    body = schema(kind)
    records = [body, *body.get("$defs", {}).values()]
    assert all(record["additionalProperties"] is False for record in records if "properties" in record)


@settings(max_examples=150)
@given(st.sampled_from(JOURNEY).flatmap(lambda kind: st.tuples(st.just(kind), data_of(kind))))
def test_the_schema_takes_what_the_catalogue_takes(case: tuple[type[Fact], dict[str, Any]]) -> None:
    kind, data = case
    kind.ADAPTER.validate_python(data)
    jsonschema.Draft202012Validator(schema(kind)).validate(data)


def test_one_value_in_another_writing_is_the_same_value() -> None:
    session, opened = TYPES[f"{PREFIX}coaching-session-held.v1"], TYPES[f"{PREFIX}dossier-opened.v1"]
    for minutes in (60.0, 60):
        assert session.ADAPTER.validate_python({"minutes": minutes}).minutes == 60
    for language, kept in (("FR", "fr"), ("nl-BE", "nl-BE"), ("en-u-ca-gregory", "en-u-ca-gregory")):
        assert opened.ADAPTER.validate_python({"language": language}).language == kept
    for wrong in (60.5, "60", True, -1):
        with pytest.raises(ValidationError):
            session.ADAPTER.validate_python({"minutes": wrong})


def test_the_schemas_are_those_other_software_was_promised() -> None:
    assert schemas() == json.loads(SNAPSHOT.read_text()), "read this module's first lines"


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(schemas(), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
