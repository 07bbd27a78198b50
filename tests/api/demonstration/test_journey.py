"""Journeys are believable, readable, and the same whenever they are told again."""

from datetime import UTC, date, datetime
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.demonstration.agencies import AGENCIES, BY_ID, MERGER, speaker
from api.demonstration.enterprise_numbers import CAPACITY, enterprise_number
from api.demonstration.entrepreneur import dossier_id, meet
from api.demonstration.journey import journeys
from api.demonstration.places import COMMUNES
from api.demonstration.sectors import NEW_NACE, SECTORS
from api.demonstration.story import Posting
from dossier.catalogue import TYPES
from dossier.enterprise_number import normalise
from dossier.writing.intake import read

UNTIL = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
MERGED = ("impulse", "atrium", "bie")


@pytest.fixture(scope="module")
def population() -> list[list[Posting]]:
    """The population most tests look at."""
    return list(journeys(300, 1, UNTIL))


def name(posting: Posting) -> str:
    return str(posting.event["type"]).split(".")[2]


def data_of(population: list[list[Posting]], kind: str) -> list[tuple[Posting, dict[str, Any]]]:
    return [(p, p.event["data"]) for p in chain.from_iterable(population) if name(p) == kind]


def complete(posting: Posting) -> dict[str, Any]:
    """The event with some position where an amendment needs one."""
    if posting.corrects is None:
        return posting.event
    return {**posting.event, "data": {**posting.event["data"], "corrects": "1"}}


def test_the_same_seed_tells_the_same_journeys(population: list[list[Posting]]) -> None:
    assert list(journeys(300, 1, UNTIL)) == population


def test_another_seed_tells_other_journeys(population: list[list[Posting]]) -> None:
    other = list(journeys(300, 2, UNTIL))
    ids = [{p.event["subject"] for p in chain.from_iterable(told)} for told in (population, other)]
    assert not ids[0] & ids[1]
    assert [map(name, journey) for journey in other] != [map(name, journey) for journey in population]


def test_a_smaller_population_is_the_beginning_of_a_larger_one(population: list[list[Posting]]) -> None:
    assert list(journeys(40, 1, UNTIL)) == population[:40]


def test_a_later_until_only_adds_at_the_end(population: list[list[Posting]]) -> None:
    earlier = list(journeys(300, 1, date(2021, 3, 1)))
    assert all(whole[: len(part)] == part for part, whole in zip(earlier, population, strict=True))
    assert sum(map(len, earlier)) < sum(map(len, population))


def test_every_type_of_event_occurs(population: list[list[Posting]]) -> None:
    assert {p.event["type"] for p in chain.from_iterable(population)} == set(TYPES)


def test_every_organisation_posts(population: list[list[Posting]]) -> None:
    assert {p.agency_id for p in chain.from_iterable(population)} == {agency.id for agency in AGENCIES}


def test_a_dossier_has_about_twenty_events(population: list[list[Posting]]) -> None:
    assert 17 <= sum(map(len, population)) / len(population) <= 24


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**40), until=st.dates(date(2016, 6, 1), UNTIL))
def test_every_event_can_be_read(seed: int, until: date) -> None:
    for posting in chain.from_iterable(journeys(60, seed, until)):
        command = read(complete(posting), BY_ID[posting.agency_id], NOW)
        assert datetime.fromisoformat(command.time).date() <= until


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**40))
def test_an_amendment_speaks_of_an_earlier_posting_of_the_same_agency(seed: int) -> None:
    amendments = 0
    for journey in journeys(120, seed, UNTIL):
        for place, posting in enumerate(journey):
            assert (posting.corrects is not None) == (name(posting) in ("event-corrected", "event-retracted"))
            if posting.corrects is not None:
                amendments += 1
                assert posting.corrects < place
                on = date.fromisoformat(posting.event["time"][:10])
                assert speaker(journey[posting.corrects].agency_id, on) == posting.agency_id
    assert amendments


def test_idempotency_keys_are_unique(population: list[list[Posting]]) -> None:
    keys = [(p.event["source"], p.event["id"]) for p in chain.from_iterable(population)]
    assert len(keys) == len(set(keys))


def test_the_merged_organisations_say_nothing_of_what_happens_after_their_merger(
    population: list[list[Posting]],
) -> None:
    theirs = [p for p in chain.from_iterable(population) if p.agency_id in MERGED]
    assert {p.agency_id for p in theirs} == set(MERGED)
    assert max(p.event["time"] for p in theirs) < str(MERGER)


def test_a_dossier_is_opened_first_and_once(population: list[list[Posting]]) -> None:
    for journey in filter(None, population):
        assert [name(p) == "dossier-opened" for p in journey] == [True] + [False] * (len(journey) - 1)


def test_some_facts_are_posted_after_later_ones(population: list[list[Posting]]) -> None:
    late = sum(a.event["time"] > b.event["time"] for journey in population for a, b in pairwise(journey))
    assert late > 300


def test_old_facts_are_known_to_the_year_or_month(population: list[list[Posting]]) -> None:
    assert {p.event.get("timeprecision", "day") for p in chain.from_iterable(population)} == {
        "day",
        "month",
        "year",
    }


def test_one_in_four_is_ict() -> None:
    share = sum(s.share for s in SECTORS if s.ict) / sum(s.share for s in SECTORS)
    assert 0.22 <= share <= 0.28


def test_codes_belong_to_the_version_of_their_day(population: list[list[Posting]]) -> None:
    for posting, data in data_of(population, "enterprise-created") + data_of(population, "project-described"):
        version = "2025" if posting.event["time"] >= str(NEW_NACE) else "2008"
        assert data["nace"]["version"] == version


def test_seats_lie_in_the_region(population: list[list[Posting]]) -> None:
    seats = {(c.nis, postcode) for c in COMMUNES for postcode in c.postcodes}
    told = {(d["seat"]["nis"], d["seat"]["postcode"]) for _, d in data_of(population, "enterprise-created")}
    assert told <= seats
    assert len({nis for nis, _ in told}) > 15


def test_persons_have_addresses_nobody_has(population: list[list[Posting]]) -> None:
    opened = [data["person"] for _, data in data_of(population, "dossier-opened")]
    domains = {person["email"].split("@")[1] for person in opened if "email" in person}
    assert domains == {"example.brussels", "example.org"}


def test_enterprises_are_shared_only_by_co_founders(population: list[list[Posting]]) -> None:
    holders: dict[str, set[tuple[str, str]]] = {}
    for posting, data in data_of(population, "enterprise-linked"):
        holder = (posting.event["subject"], data["role"])
        holders.setdefault(normalise(data["legal_identifier"]), set()).add(holder)
    shared = [held for held in holders.values() if len({dossier for dossier, _ in held}) > 1]
    assert shared
    assert all(len({role for _, role in held}) == 2 for held in shared)
    cofounders = {dossier_id(1, n) for n in range(300) if meet(1, n).part == "co-founder"}
    assert all(len({dossier for dossier, _ in held} & cofounders) == 1 for held in shared)


@given(seed=st.integers(0, 2**40), dossier=st.integers(0, CAPACITY - 1), which=st.integers(0, 1))
def test_enterprise_numbers_are_well_formed_and_never_given_out(seed: int, dossier: int, which: int) -> None:
    number = enterprise_number(seed, dossier, which)
    assert normalise(number) == number
    assert number.startswith("01")


def test_enterprise_numbers_of_a_seed_are_all_different() -> None:
    numbers = {enterprise_number(5, dossier, which) for dossier in range(CAPACITY) for which in (0, 1)}
    assert len(numbers) == 2 * CAPACITY


def test_more_dossiers_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="second seed"):
        next(journeys(CAPACITY + 1, 1, UNTIL))
