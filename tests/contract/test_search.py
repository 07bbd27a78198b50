"""Finding a dossier: by a name however typed, a number however spelled, an e-mail address; and by filters."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import Client, Poster, fresh_number
from tests.strategies import SPELLINGS

NUMBER = fresh_number()
PERSON = {
    "given_name": "Maëlle-Ångström",
    "family_name": "Vandenbroucke",
    "email": "maelle.vdb@example.brussels",
    "phone": "+32 470 11 22 33",
}


@pytest.fixture(scope="module")
def dossier(hub: Poster, adviser: Client) -> UUID:
    opened = hub.open(person=PERSON)
    hub.post("enterprise-linked", {"legal_identifier": NUMBER, "legal_name": "Brasserie Ðuvel & Œuf"}, opened)
    wait_until(lambda: ids(adviser, "Vandenbroucke") != [])
    return opened


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """What is not the dossier written to may lag a little."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ids(http: Client, q: str, **filters: str) -> list[str]:
    response = http.get("/v1/dossiers", params={"q": q, **filters})
    return [found["id"] for found in response.json()["dossiers"]]


@pytest.mark.parametrize(
    "q",
    [
        "Vandenbroucke",
        "maelle angstrom vandenbroucke",
        "MAËLLE VANDENBROUCKE",
        "vandenbrouke",
        "Vandenbrouck",
        "Maele Vandenbroucke",
        "maelle.vdb@example.brussels",
        "MAELLE.VDB@EXAMPLE.BRUSSELS",
        "brasserie duvel",
        "oeuf",
        "+32 470 11 22 33",
        "0470112233",
        "+32470112233",
        "0032 470/11.22.33",
    ],
)
def test_a_person_is_found_however_typed(adviser: Client, dossier: UUID, q: str) -> None:
    assert str(dossier) in ids(adviser, q)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("d'Hondtsma", "dhondtsma"),
        ("Dhoogmans", "D’Hoogmans"),
        ("van der Meulstra", "Vandermeulstra"),
        ("Vanderpuyt", "van der puyt"),
        ("O'Brannig", "obrannig"),
        ("El Kadouri", "elkadouri"),
    ],
)
def test_a_name_is_found_with_its_particles_apart_and_together(
    hub: Poster, adviser: Client, name: str, typed: str
) -> None:
    opened = hub.open(person={"given_name": "Jean-Étienne", "family_name": name})
    wait_until(lambda: str(opened) in ids(adviser, name))
    assert str(opened) in ids(adviser, typed)


def test_a_number_is_found_in_any_spelling(adviser: Client, dossier: UUID) -> None:
    for spell in SPELLINGS:
        assert ids(adviser, spell(NUMBER)) == [str(dossier)]


def test_a_number_is_found_that_was_told_by_a_creation_alone(hub: Poster, adviser: Client, number: str) -> None:
    opened = hub.open()
    hub.post("enterprise-created", {"legal_identifier": number}, opened)
    wait_until(lambda: ids(adviser, number) == [str(opened)])


def test_the_likeliest_comes_first(hub: Poster, adviser: Client, dossier: UUID) -> None:
    near = hub.open(person=PERSON | {"family_name": "Vandenbroeck", "email": "other@example.brussels"})
    wait_until(lambda: str(near) in ids(adviser, "Vandenbroeck"))
    assert ids(adviser, "Maëlle-Ångström Vandenbroucke")[0] == str(dossier)
    assert ids(adviser, "Maëlle-Ångström Vandenbroeck")[0] == str(near)


def test_nobody_is_found_by_another_name(adviser: Client, dossier: UUID) -> None:
    assert str(dossier) not in ids(adviser, "Zbigniew Kowalczyk")


def test_a_name_corrected_is_found_by_its_new_spelling(hub: Poster, adviser: Client) -> None:
    dossier = hub.open(person={"given_name": "Quirine", "family_name": "Oudenaam"})
    hub.post("profile-updated", {"person": {"given_name": "Quirine", "family_name": "Nieuwenaam"}}, dossier)
    wait_until(lambda: str(dossier) in ids(adviser, "Nieuwenaam"))


def test_who_has_no_relation_finds_the_dossier_and_not_the_person(innoviris: Poster, dossier: UUID) -> None:
    response = innoviris.http.get("/v1/dossiers", params={"q": "Vandenbroucke"})
    assert str(dossier) in [found["id"] for found in response.json()["dossiers"]]
    assert "Vandenbroucke" not in response.text


@pytest.mark.parametrize("undone", ["corrected", "retracted", "corrected twice"])
def test_what_was_told_by_mistake_finds_nobody_any_more(hub: Poster, adviser: Client, undone: str) -> None:
    """It is somebody else's: whoever looks for them was shown another person."""
    wrong, right = f"{undone[::2].replace(' ', '')}@mistake.example", f"{undone[::2].replace(' ', '')}@own.example"
    dossier = hub.open(person={"given_name": "Ysolde", "family_name": "Vergissing"})
    told = hub.post("profile-updated", {"person": {"email": wrong}}, dossier)["position"]
    wait_until(lambda: str(dossier) in ids(adviser, wrong))
    if undone == "corrected twice":
        hub.post("event-corrected", {"corrects": told, "data": {"person": {"email": f"x{wrong}"}}}, dossier)
    if undone == "retracted":
        taken_back = hub.post("event-retracted", {"corrects": told}, dossier)["position"]
    else:
        hub.post("event-corrected", {"corrects": told, "data": {"person": {"email": right}}}, dossier)
        wait_until(lambda: str(dossier) in ids(adviser, right))
    assert [str(dossier) in ids(adviser, q) for q in (wrong, f"x{wrong}", "Vergissing")] == [False, False, True]
    if undone == "retracted":
        hub.post("event-retracted", {"corrects": taken_back}, dossier)
        wait_until(lambda: str(dossier) in ids(adviser, wrong))


PARTS = ["vandenb", "oucke", "aelle", "@", "lle.vd", "vdb@exam", "maelle.vdb@", "@example.brussels", "470", "470 11 22"]


@pytest.mark.parametrize("q", PARTS)
def test_who_has_no_relation_finds_nobody_by_a_part_of_a_word(
    hub: Poster, innoviris: Poster, adviser: Client, dossier: UUID, q: str
) -> None:
    """Letter by letter a name, an address and a number were spelled out by who may not see them, and nobody knew."""
    assert str(dossier) not in ids(innoviris.http, q)
    assert [str(dossier) in ids(reader, q) for reader in (adviser, hub.http)] == [True, True]


@pytest.mark.parametrize(
    "q",
    [
        "Vandenbroucke",
        "MAËLLE Vandenbrouke",
        "Maele Vandenbroucke",
        "maelle.vdb@example.brussels",
        "0470112233",
        "+32 470 11 22 33",
        "brasserie duvel",
        NUMBER,
    ],
)
def test_who_has_no_relation_finds_the_dossier_by_whole_words(innoviris: Poster, dossier: UUID, q: str) -> None:
    assert str(dossier) in ids(innoviris.http, q)


def test_an_adviser_sees_who_it_is(adviser: Client, dossier: UUID) -> None:
    found: list[dict[str, Any]] = adviser.get("/v1/dossiers", params={"q": NUMBER}).json()["dossiers"]
    assert found[0]["person"]["family_name"] == "Vandenbroucke"


def test_filters_hold_together(hub: Poster, innoviris: Poster, adviser: Client) -> None:
    ict = hub.open(person={"given_name": "Filtre", "family_name": "Zwartberg"})
    hub.post("project-described", {"nace": {"version": "2008", "code": "62.01"}}, ict)
    hub.post("phase-declared", {"phase": "creation"}, ict)
    other = hub.open(person={"given_name": "Filtre", "family_name": "Zwartberg"})
    innoviris.post("project-described", {"nace": {"version": "2008", "code": "56.10"}}, other)
    wait_until(lambda: len(ids(adviser, "Zwartberg", sector="other")) == 1)
    assert ids(adviser, "Zwartberg", sector="ict", phase="creation") == [str(ict)]
    assert ids(adviser, "Zwartberg", sector="other", agency="innoviris") == [str(other)]
    assert ids(adviser, "Zwartberg", agency="finance") == []


def test_a_list_goes_on_by_links_and_names_each_dossier_once(hub: Poster, adviser: Client) -> None:
    opened = {str(hub.open()) for _ in range(120)}
    wait_until(lambda: not adviser.get("/v1/dossiers", params={"q": "x"}).is_error)
    found: list[str] = []

    def listed() -> list[str]:
        names: list[str] = []
        response = adviser.get("/v1/dossiers")
        names += [one["id"] for one in response.json()["dossiers"]]
        while "next" in response.links:
            response = adviser.get(response.links["next"]["url"])
            names += [one["id"] for one in response.json()["dossiers"]]
        return names

    wait_until(lambda: opened <= set(listed()))
    found = listed()
    assert len(found) == len(set(found))


def test_a_list_keeps_its_filter_from_page_to_page(hub: Poster, innoviris: Poster, adviser: Client) -> None:
    mine = {str(innoviris.open()) for _ in range(60)}
    wait_until(lambda: len(adviser.get("/v1/dossiers", params={"agency": "innoviris"}).json()["dossiers"]) == 50)
    time.sleep(1)
    first = adviser.get("/v1/dossiers", params={"agency": "innoviris"})
    second = adviser.get(first.links["next"]["url"])
    for found in first.json()["dossiers"] + second.json()["dossiers"]:
        assert "innoviris" in {member["agency"] for member in found["team"]}
    assert mine <= {one["id"] for page in (first, second) for one in page.json()["dossiers"]} or "next" in second.links


def test_a_telephone_number_is_found_that_reads_as_an_enterprise_number(hub: Poster, adviser: Client) -> None:
    first = 4_70_11_33
    phone = f"{first:08d}{97 - first % 97:02d}"
    dossier = str(hub.open(person={"given_name": "Ondine", "family_name": "Quatrevingts", "phone": phone}))
    wait_until(lambda: dossier in ids(adviser, "Quatrevingts"))
    assert ids(adviser, phone) == [dossier]
