"""An agency's words become common terms when they enter, and come back as they were posted (cases/vocabulary.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.posting import HUB, cloud_event
from tests.strategies import DOSSIER, NOW, data_of, words

from dossier.catalogue import JOURNEY, TYPES, Fact
from dossier.catalogue.terms import UNMAPPED, controlled
from dossier.commitment import as_json
from dossier.refusals import Refused
from dossier.vocabulary import Vocabulary, VocabularyRefused, as_posted, declared, read_yaml
from dossier.vocabulary.declaration import Declaration, checked, folded
from dossier.vocabulary.publication import Published, in_force
from dossier.writing.command import Command
from dossier.writing.intake import read

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "vocabulary.yaml").read_text())
KEPT = [case for case in CASES if "kept" in case]
REFUSED = [case for case in CASES if "refused" in case]
BROKEN = [case for case in CASES if "refusedvocabulary" in case]


def vocabulary(case: dict[str, Any]) -> Vocabulary:
    return declared({"agency": "hub", **case["vocabulary"]}, 1)


def taken(kind: str, data: Any, spoken: Vocabulary | None) -> Command:
    return read(cloud_event(kind, data, DOSSIER), HUB._replace(vocabulary=spoken), NOW)


def named(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case["case"] for case in cases])


@named(KEPT)
def test_it_is_kept_in_common_terms_with_the_own_words_beside(case: dict[str, Any]) -> None:
    command = taken(case["type"], case["posted"], vocabulary(case))
    assert as_json(command.fact) == case["kept"]
    assert [list(word) for word in command.unmapped] == case.get("unmapped", [])


@named(KEPT)
def test_the_words_come_back_as_they_were_posted(case: dict[str, Any]) -> None:
    kept = as_json(taken(case["type"], case["posted"], vocabulary(case)).fact)
    assert {name: as_posted(kept)[name] for name in case["posted"]} == case["posted"]
    assert as_posted(kept).keys() - case["posted"].keys() <= {"currency"}


@named(REFUSED)
def test_what_has_no_common_term_and_needs_one_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        taken(case["type"], case["posted"], vocabulary(case))
    refusal = caught.value.refusal
    assert refusal.slug == "invalid"
    assert [pointer for pointer, _ in refusal.errors] == case["refused"]
    assert [list(word) for word in refusal.unmapped] == case.get("unmapped", [])
    if "unmapped" in case:
        assert "PUT /v1/vocabularies" in refusal.errors[0][1]


@named(BROKEN)
def test_a_vocabulary_that_does_not_fit_the_catalogue_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        vocabulary(case)
    assert [pointer for pointer, _ in caught.value.refusal.errors][:1] == case["refusedvocabulary"]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("terms: {scheme: {014: web-grant}}", {"terms": {"scheme": {"014": "web-grant"}}}),
        ("terms: {topic: {non: market, 1.0: export}}", {"terms": {"topic": {"non": "market", "1.0": "export"}}}),
    ],
)
def test_codes_stay_as_they_are_written(text: str, read_as: Any) -> None:
    assert read_yaml(text) == read_as


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: [", "{[a]: 1}", "a: !!python/object:os.system x\n? [b]\n: c", "\0"])
def test_yaml_that_says_a_thing_twice_or_not_at_all_is_refused(text: str) -> None:
    with pytest.raises(VocabularyRefused):
        read_yaml(text)


def test_a_file_that_would_mean_billions_is_refused_before_it_is_read() -> None:
    doubled = "".join(f"a{n + 1}: &a{n + 1} {{b: *a{n}, c: *a{n}}}\n" for n in range(40))
    with pytest.raises(VocabularyRefused, match="aliases are not taken"):
        read_yaml("a0: &a0 {x: y}\n" + doubled)


def test_a_vocabulary_has_as_many_sections_and_faults_told_as_somebody_reads() -> None:
    many: dict[str, Any] = {f"field-{n}": {} for n in range(501)}
    for section in ("terms", "forms"):
        with pytest.raises(Refused) as caught:
            checked({"agency": "hub", section: many})
        [(pointer, said)] = caught.value.refusal.errors
        assert pointer == f"/{section}"
        assert "at most 500" in said
    with pytest.raises(Refused) as caught:
        checked({"agency": "hub", "terms": {"channel": {f"word {n}": "nothing" for n in range(5_000)}}})
    assert len(caught.value.refusal.errors) == 100


@cache
def words_for(common: frozenset[str]) -> st.SearchStrategy[dict[str, str]]:
    """Words of an agency's own, each for a common term."""
    return st.dictionaries(words(), st.sampled_from(sorted(common)), max_size=3)


@st.composite
def spoken(draw: st.DrawFn) -> Vocabulary:
    """Any vocabulary that fits the catalogue."""
    terms: dict[str, dict[str, str]] = {}
    for kind, fields in controlled().items():
        for name, of in fields.items():
            if draw(st.booleans()):
                common = {folded(term) for term in of.terms}
                own = draw(words_for(of.common))
                seen: dict[str, tuple[str, str]] = {folded(word): (word, term) for word, term in own.items()}
                terms[f"{kind}.{name}"] = {word: term for key, (word, term) in seen.items() if key not in common}
    return declared({"agency": "hub", "terms": terms}, 1)


@st.composite
def postings(draw: st.DrawFn) -> tuple[Vocabulary, type[Fact], dict[str, Any]]:
    """A vocabulary, and data with words it knows, common terms, and words nobody knows."""
    known = draw(spoken())
    kind = draw(st.sampled_from([kind for kind in JOURNEY if controlled()[kind.NAME]]))
    data = draw(data_of(kind))
    for name, of in controlled()[kind.NAME].items():
        own = known.declaration.terms.get(f"{kind.NAME}.{name}", {})
        word = st.sampled_from(sorted(of.terms | own.keys())) | words()
        if draw(st.booleans()):
            data[name] = draw(st.lists(word, min_size=1, max_size=4) if of.many else word)
    return known, kind, data


@settings(max_examples=150, deadline=None)
@given(postings())
def test_nothing_is_lost_whatever_is_posted_and_declared(
    posting: tuple[Vocabulary, type[Fact], dict[str, Any]],
) -> None:
    known, kind, data = posting
    made = known.translate(kind.NAME, data)
    assert as_posted({**made.data, "local_terms": made.local} if made.local else made.data) == data


@settings(max_examples=150, deadline=None)
@given(postings())
def test_translating_what_is_common_already_changes_nothing(
    posting: tuple[Vocabulary, type[Fact], dict[str, Any]],
) -> None:
    known, kind, data = posting
    once = known.translate(kind.NAME, data).data
    again = known.translate(kind.NAME, once)
    assert again.data == once
    assert {word for _, word in again.unmapped} <= {word for _, word in known.translate(kind.NAME, data).unmapped}


@settings(max_examples=100, deadline=None)
@given(postings())
def test_every_word_of_a_covered_field_is_a_common_term_or_counted(
    posting: tuple[Vocabulary, type[Fact], dict[str, Any]],
) -> None:
    """No statistic takes an agency's own word for a common one."""
    known, kind, data = posting
    made = known.translate(kind.NAME, data)
    counted = {word for _, word in made.unmapped}
    for name, of in controlled()[kind.NAME].items():
        if name in data and known.covers(kind.NAME, name):
            kept = made.data[name] if of.many else [made.data[name]]
            assert all(term in of.terms or (of.closed and term in counted) for term in kept)
            assert (UNMAPPED in kept) <= bool(counted or UNMAPPED in str(data[name]))


def test_every_controlled_field_is_a_field_of_its_type_and_no_personal_one() -> None:
    for kind in TYPES.values():
        assert controlled()[kind.NAME].keys().isdisjoint(kind.PERSONAL)


def test_an_agency_without_a_vocabulary_is_taken_at_its_word() -> None:
    assert as_json(taken("contact-made", {"channel": "pigeon"}, None).fact) == {"channel": "pigeon"}


SPOKEN = [case for case in KEPT + REFUSED if not case["vocabulary"].get("forms")]


@named(SPOKEN)
def test_what_an_agency_without_a_vocabulary_says_is_counted_where_it_is_no_common_term(case: dict[str, Any]) -> None:
    """What an empty vocabulary leaves unmapped, and no word more."""
    silent = declared({"agency": "hub"})
    try:
        counted = taken(case["type"], case["posted"], None).unmapped
    except Refused as error:
        counted = error.refusal.unmapped
    try:
        expected = taken(case["type"], case["posted"], silent).unmapped
    except Refused as error:
        expected = error.refusal.unmapped
    assert counted == expected
    assert {tuple(word) for word in case.get("unmapped", [])} <= set(counted)


def test_a_field_that_holds_no_word_counts_none() -> None:
    """Free text could carry a person; lists within lists and numbers are nothing a vocabulary could map."""
    for topic in ("Mme Jeanne Peeters\nrue Haute 1", "x" * 121, "", 7, None, {"a": "b"}, [["aquarelle"]], ["\0"]):
        with pytest.raises(Refused) as caught:
            taken("coaching-session-held", {"topic": topic, "duration_minutes": "no number"}, None)
        assert caught.value.refusal.unmapped == ()


def test_the_term_unmapped_itself_is_no_word_that_waits() -> None:
    for spoken in (None, declared({"agency": "hub", "terms": {"channel": {}}})):
        assert taken("contact-made", {"channel": UNMAPPED}, spoken).unmapped == ()


def test_a_version_that_stands_is_not_judged_by_rules_that_came_after() -> None:
    """Words that differ by their encoding alone were taken once, each for itself."""
    declaration = Declaration(agency="hub", terms={"channel": {"T\u00e9l.": "phone", "Te\u0301l.": "e-mail"}})
    spoken = in_force([Published(1, declaration, "sha256:", NOW)])
    assert spoken.translate("contact-made", {"channel": "T\u00e9l."}).data["channel"] in ("phone", "e-mail")
