"""Messages: every one stands in three languages, says something, and is used."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.demonstration import journeys
from api.identity.principal import ROLES
from api.imports.shipped import shipped_mappings
from api.words.languages import LANGUAGES, Lang
from api.words.telling import Teller
from api.words.words import catalogue, flattened, words
from dossier.catalogue import JOURNEY, TYPES
from dossier.catalogue.fact import schema
from dossier.refusals import KINDS
from projections.counting.indicator import catalogue as indicators

API = Path(str(files("api")))
SPEAKING = [API / room for room in ("answers", "charts", "pages", "reports", "words")]
SOURCES = [
    path.read_text(encoding="utf-8")
    for suffix in ("*.py", "*.html")
    for place in SPEAKING
    for path in place.rglob(suffix)
]
USED = {key for text in SOURCES for key in re.findall(r"""["']([a-z_]+\.[a-z_.-]+)["']""", text)}
PLURALS = (".one", ".other")
BUILT = (
    "problems.",
    "roles.",
    "readings.who.",
    "readings.who_for.",
    "readings.seen.",
    "changes.",
    "refusal.",
    "home.api",
    "home.openapi",
    "home.event_types",
    "home.limits",
    "figures.evidence.",
    "figures.scaled.",
    "figures.axis.",
    "figures.units.",
    "figures.dimensions.",
    "figures.certified.",
    "figures.rises",
    "figures.falls",
    "figures.stays",
)
"""Messages whose names are put together: problems by slug, roles and refusals by name, links of the home page;
units, levels and dimensions of figures by name."""


def entries(lang: Lang) -> dict[str, str]:
    return flattened(catalogue(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_messages(lang: Lang) -> None:
    assert entries(lang).keys() == entries("fr").keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_says_something(lang: Lang) -> None:
    assert [key for key, text in entries(lang).items() if not isinstance(text, str) or not text.strip()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_fills_in_the_same_values_in_every_language(lang: Lang) -> None:
    french = entries("fr")
    for key, text in entries(lang).items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", french[key])), key


def test_every_message_the_pages_name_exists() -> None:
    known = flattened(catalogue("en")["messages"])
    sections = tuple(f"{name}." for name in catalogue("en")["messages"])
    named = {key for key in USED if key.startswith(sections) and not key.endswith((".html", ".py", ".css"))}
    assert {key for key in named if key not in known and f"{key}.other" not in known} == set()


def test_no_message_is_left_over() -> None:
    messages = flattened(catalogue("en")["messages"])
    left = {key.removesuffix(".one").removesuffix(".other") for key in messages} - USED
    assert {key for key in left if not key.startswith(BUILT)} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_problem_of_the_api_says_what_to_do(lang: Lang) -> None:
    assert catalogue(lang)["messages"]["problems"].keys() == KINDS.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_role_has_a_name(lang: Lang) -> None:
    assert catalogue(lang)["messages"]["roles"].keys() == set(ROLES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", JOURNEY, ids=lambda kind: kind.NAME)
def test_every_field_of_the_catalogue_has_a_name(kind: Any, lang: Lang) -> None:
    described = schema(kind)
    nested = [part.get("properties", {}) for part in described.get("$defs", {}).values()]
    fields = {name for part in [described["properties"], *nested] for name in part}
    known = catalogue(lang)["fields"]
    assert {name for name in fields if name not in known and name not in TOLD_WHOLE} == set()


TOLD_WHOLE = {"version", "code", "postcode", "nis", "key", "value", "unit"}
"""Parts of an activity, a seat or an assumption, which is told in one piece."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_demonstration_is_known(lang: Lang) -> None:
    """But for legal forms, which have one name in both languages of the country."""
    unknown: set[str] = set()
    terms = catalogue(lang)["terms"]
    teller = Teller(words(lang), {})
    told = [posting for journey in journeys(60, 2026, date(2026, 6, 1)) for posting in journey]
    for posting in told:
        if posting.corrects is None:
            for said in teller.tell(posting.event["type"], posting.event["data"]):
                given = posting.event["data"].get(said.name)
                if isinstance(given, str) and said.value == given.replace("-", " ") != given:
                    unknown |= {given} - terms.keys()
    assert told
    assert unknown == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", JOURNEY, ids=lambda kind: kind.NAME)
def test_every_word_of_an_enumeration_is_known(kind: Any, lang: Lang) -> None:
    described = schema(kind)
    fields = [described["properties"], *(part.get("properties", {}) for part in described.get("$defs", {}).values())]
    listed = {word for part in fields for name in part.keys() - COUNTED for word in enumerated(part[name])}
    known = {term.rpartition(".")[2] for term in catalogue(lang)["terms"]}
    assert listed - known == set()


COUNTED = {"version", "timeprecision", "progress"}
"""Fields whose words are told as a number, a date or a code is."""


def enumerated(field: Any) -> set[str]:
    """The words that a field's schema lists, in whichever way."""
    if isinstance(field, list):
        return {word for part in field for word in enumerated(part)}
    if not isinstance(field, dict):
        return set()
    own = {word for word in [*field.get("enum", []), field.get("const")] if isinstance(word, str)}
    return own | {word for part in field.values() for word in enumerated(part)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["tam", "cordis"])
def test_the_channel_of_a_register_that_comes_with_the_program_is_known(name: str, lang: Lang) -> None:
    channel = yaml.safe_load(shipped_mappings()[name].read_text(encoding="utf-8"))["dossier"]["channel"]
    assert channel in catalogue(lang)["terms"]


def test_every_type_of_event_is_told() -> None:
    """A type without data of its own may say nothing, but telling it must not fail."""
    teller = Teller(words("nl"), {})
    for type_ in TYPES:
        assert teller.tell(type_, {"local_term": "Woord"})[-1].value == "Woord"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_of_an_indicator_has_a_name_and_every_unit(lang: Lang) -> None:
    terms, messages = catalogue(lang)["terms"], flattened(catalogue(lang)["messages"])
    for found in indicators().values():
        named = {measure for measure in found.measures if measure != "value"} if len(found.measures) > 1 else set()
        assert not {name for name in named if not {f"measure.{name}", name} & set(terms)}, found.name
        units = {found.chart.units.get(measure, found.unit) for measure in found.measures} - {"EUR", "share"}
        assert not {u for u in units if not {f"figures.axis.{u}", f"figures.units.{u}.other"} & set(messages)}
        assert not {u for u in units if f"figures.units.{u}.other" not in messages}, "what a sentence calls it"
