"""The re-explaining meter against a small population counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.posting import HUB, INNOVIRIS, cloud_event, post
from tests.projections.standing import catch_up, tell

from dossier.agencies import Agency
from dossier.decisions import OPERATOR
from dossier.ledger import Entry, Seen
from dossier.log import Log
from dossier.vocabulary import declared
from dossier.writing import Accepted
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import indicator
from projections.figures import exchange
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, figure
from projections.publications.pilot import pilot

PERSON = {"given_name": "Amina", "family_name": "Comptée", "email": "amina@comptee.example"}
Meter = Callable[[], dict[tuple[str, str, str], Any]]


@pytest.fixture
def meter(journal_log: Log) -> Meter:
    """Counts the meter over all that was recorded and read: (from, to, measure) -> value."""

    def count() -> dict[tuple[str, str, str], Any]:
        catch_up(journal_log.database.app)
        generation, facts = FactsReader(journal_log.journal).facts(ledger=True)
        found = figure(indicator("re-explaining"), Asked(controlled=False), generation, facts)
        return {(row["from_agency"], row["to_agency"], row["measure"]): row["value"] for row in found["rows"]}

    return count


@pytest.fixture
def dossier() -> UUID:
    return new_dossier_id()


def reads(log: Log, dossier: UUID, agency: str, *, hours: float = 0, role: str = "adviser", kind: str = "page") -> None:
    """An agency reads all there is, so many hours from now."""
    last = log.journal.history(dossier)[-1]
    log.ledger.clock = lambda: datetime.now(UTC) + timedelta(hours=hours)
    log.ledger.record(Entry(Seen(dossier, last.version, last.position), role, "guidance", kind, agency))


def opened(log: Log, dossier: UUID, **person: str) -> None:
    tell(log, dossier, [{"dossier-opened": {"person": PERSON | person}}])


def test_the_time_to_a_first_reading_is_the_median_over_facts(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris", hours=2)
    tell(journal_log, dossier, [{"contact-made": {"channel": "phone"}}, {"contact-made": {"channel": "web"}}])
    reads(journal_log, dossier, "innoviris", hours=10)
    reads(journal_log, dossier, "innoviris", hours=30)
    assert meter() == {("hub", "innoviris", "hours_to_first_reading"): pytest.approx(10, abs=0.1)}


def test_the_year_of_a_reading_is_the_one_it_is_in_brussels(journal_log: Log, dossier: UUID) -> None:
    opened(journal_log, dossier)
    year = datetime.now(UTC).year
    eve = datetime(year, 12, 31, 23, 30, tzinfo=UTC)
    reads(journal_log, dossier, "innoviris", hours=(eve - datetime.now(UTC)).total_seconds() / 3600)
    catch_up(journal_log.database.app)
    _, facts = FactsReader(journal_log.journal).facts(ledger=True)
    assert facts["fact_exchange"]["year"].to_pylist() == [year + 1]


def test_what_is_read_by_its_own_agency_or_by_no_agency_is_no_exchange(
    journal_log: Log, meter: Meter, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "hub")
    reads(journal_log, dossier, "innoviris", role="auditor")
    reads(journal_log, dossier, "innoviris", kind="search")
    reads(journal_log, dossier, "innoviris", kind="changes")
    assert meter() == {}


def test_a_fact_recorded_after_a_reading_was_not_read_by_it(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris", hours=1)
    tell(journal_log, dossier, [{"contact-made": {"channel": "phone"}, "by": "finance"}])
    assert set(meter()) == {("hub", "innoviris", "hours_to_first_reading")}


def test_fields_that_were_read_and_not_sent_again_are_reused(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [{"aid-applied": {"application_id": "a", "instrument": "grant"}, "by": "innoviris"}])
    found = meter()
    assert found["hub", "innoviris", "share_reused"] == 1
    assert ("hub", "innoviris", "asked_twice") not in found


def test_one_field_of_three_sent_again_is_two_thirds_reused(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [{"profile-updated": {"person": {"email": PERSON["email"]}}, "by": "innoviris"}])
    found = meter()
    assert found["hub", "innoviris", "share_reused"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["hub", "innoviris", "asked_twice"] == 1


def test_another_value_is_an_update_and_neither_reused_nor_asked_twice(
    journal_log: Log, meter: Meter, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [{"profile-updated": {"person": {"email": "new@comptee.example"}}, "by": "innoviris"}])
    assert meter()["hub", "innoviris", "share_reused"] == 1, "of the two others"
    assert ("hub", "innoviris", "asked_twice") not in meter()


def test_an_agency_that_asks_without_reading_first_asks_twice(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    assert meter() == {
        ("hub", "innoviris", "share_reused"): 0,
        ("hub", "innoviris", "asked_twice"): 3,
    }


def test_what_an_agency_sends_again_itself_is_not_asked_twice(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}}])
    assert meter() == {}


def test_an_agency_that_tells_its_own_word_again_asks_nobody_twice(
    journal_log: Log, meter: Meter, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    for agency in ("innoviris", "hub", "innoviris"):
        tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": agency}])
    found = meter()
    assert found["hub", "innoviris", "asked_twice"] == 3
    assert ("innoviris", "hub", "asked_twice") not in found, "hub had told it first"


def test_what_was_told_between_two_readings_is_reused_too(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [
        {"contact-made": {"channel": "phone"}, "by": "innoviris"},
        {"project-described": {"stage": "idea"}, "by": "hub"},
        {"project-described": {"title": "Une boutique"}, "by": "hub"},
    ])  # fmt: skip
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [{"project-described": {"stage": "idea"}, "by": "innoviris"}])
    found = meter()
    assert found["hub", "innoviris", "asked_twice"] == 1
    assert found["hub", "innoviris", "share_reused"] == pytest.approx(4 / 5, abs=1e-4), "three of the person, the title"


def test_own_words_beside_a_common_term_are_no_field_of_their_own(
    journal_log: Log, meter: Meter, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    words = declared({"agency": "hub", "terms": {"stage": {"Idée": "idea"}}})
    for agency in (HUB, INNOVIRIS):
        said = cloud_event("project-described", {"stage": "Idée"}, dossier, agency)
        [outcome] = post(journal_log, said, agency=agency._replace(vocabulary=words))
        assert isinstance(outcome, Accepted), outcome
    assert meter()["hub", "innoviris", "asked_twice"] == 1, "the stage, not what each calls it"


def test_projects_and_enterprises_are_part_of_a_profile(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    project = {"title": "Une boutique", "nace": {"version": "2008", "code": "62.01"}}
    enterprise = {"legal_identifier": "0403019261", "legal_name": "Comptée SRL"}
    tell(journal_log, dossier, [
        {"dossier-opened": {}}, {"project-described": project}, {"enterprise-linked": enterprise},
        {"project-described": project | {"stage": "idea"}, "by": "innoviris"},
        {"enterprise-linked": enterprise | {"role": "owner"}, "by": "innoviris"},
    ])  # fmt: skip
    assert meter()["hub", "innoviris", "asked_twice"] == 4, "title, activity, number and name"


def test_a_retracted_fact_was_not_sent(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    [again] = tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    tell(journal_log, dossier, [{"event-retracted": {"corrects": str(again)}, "by": "innoviris"}])
    assert meter() == {}


def test_a_fact_whose_retraction_was_taken_back_was_sent(journal_log: Log, meter: Meter, dossier: UUID) -> None:
    opened(journal_log, dossier)
    [once] = tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "finance"}])
    tell(journal_log, dossier, [{"event-retracted": {"corrects": str(once)}, "by": "finance"}])
    [again] = tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    [gone] = tell(journal_log, dossier, [{"event-retracted": {"corrects": str(again)}, "by": "innoviris"}])
    tell(journal_log, dossier, [{"event-retracted": {"corrects": str(gone)}, "by": "innoviris"}])
    assert meter() == {("hub", "innoviris", "asked_twice"): 3, ("hub", "innoviris", "share_reused"): 0}


def test_after_an_erasure_the_person_is_out_of_the_count_and_readings_stay(
    journal_log: Log, meter: Meter, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    reads(journal_log, dossier, "finance", hours=1)
    operator = Agency(OPERATOR, "operator", "operator", "operator", "urn:operator")
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, operator)
    post(journal_log, erasure, agency=operator)
    assert set(meter()) == {
        ("hub", "finance", "hours_to_first_reading"),
        ("innoviris", "finance", "hours_to_first_reading"),
    }


def test_no_value_of_a_person_is_in_the_rows(journal_log: Log, dossier: UUID) -> None:
    opened(journal_log, dossier)
    tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    catch_up(journal_log.database.app)
    _, facts = FactsReader(journal_log.journal).facts(ledger=True)
    assert facts["fact_exchange"].num_rows == 6
    text = str(facts["fact_exchange"].to_pylist())
    assert not any(value in text for value in PERSON.values())


def test_what_parts_of_one_house_read_and_sent_is_what_the_house_did(journal_log: Log, dossier: UUID) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris", hours=1)
    reads(journal_log, dossier, "finance", hours=5)
    for agency in ("innoviris", "finance"):
        tell(journal_log, dossier, [{"profile-updated": {"person": {"email": PERSON["email"]}}, "by": agency}])
    catch_up(journal_log.database.app)
    reader = FactsReader(journal_log.journal)
    line = {"innoviris": "finance"}
    told = reader.beside_readings(*reader.facts(), line)["fact_exchange"].to_pylist()
    counted = [(row["from_agency"], row["to_agency"], row["measure"], round(row["amount"])) for row in told]
    assert sorted(counted) == [
        ("hub", "finance", "asked_twice", 1),
        ("hub", "finance", "hours_to_first_reading", 1),
        *[("hub", "finance", "share_reused", reused) for reused in (0, 1, 1)],
    ]


def test_a_position_of_the_past_counts_the_readings_that_were_made_while_the_log_stood_there(
    journal_log: Log, dossier: UUID
) -> None:
    opened(journal_log, dossier)
    reads(journal_log, dossier, "innoviris")
    tell(journal_log, dossier, [{"contact-made": {"channel": "phone"}}])
    reads(journal_log, dossier, "innoviris")
    reads(journal_log, dossier, "finance")
    with journal_log.journal.reading() as connection:
        assert [exchange.readings(connection, position) for position in (0, 1, 2)] == [0, 1, 3]


def test_the_certificate_says_how_many_readings_it_counts(journal_log: Log, dossier: UUID) -> None:
    opened(journal_log, dossier)
    catch_up(journal_log.database.app)
    reader = FactsReader(journal_log.journal)
    for number in range(3):
        certificate = pilot(reader)["certificate"]
        assert (certificate["readings"], certificate["position"]) == (str(number), "1")
        reads(journal_log, dossier, "innoviris")


def test_the_pilot_hides_pairs_of_fewer_than_three_dossiers(journal_log: Log) -> None:
    for agency, dossiers in (("finance", 2), ("innoviris", 3), ("citydev", 30)):
        for _ in range(dossiers):
            dossier = new_dossier_id()
            opened(journal_log, dossier)
            reads(journal_log, dossier, agency, hours=5)
    catch_up(journal_log.database.app)
    reader = FactsReader(journal_log.journal)
    hidden = {"value": None, "n": None, "suppressed": True}
    shown = {pair["to_agency"]: pair for pair in pilot(reader)["pairs"]}
    assert shown["finance"]["hours_to_first_reading"] == hidden
    assert shown["innoviris"]["hours_to_first_reading"] == hidden, "else the first would follow from the whole"
    enough = shown["citydev"]
    assert enough["hours_to_first_reading"] == {"value": pytest.approx(5, abs=0.1), "n": 30, "suppressed": False}
    assert enough["asked_twice"] == {"value": 0, "n": 0, "suppressed": False}
    assert enough["share_reused"]["value"] is None
    all_of_it = {pair["to_agency"]: pair for pair in pilot(reader, controlled=False)["pairs"]}
    assert all_of_it["finance"]["hours_to_first_reading"]["n"] == 2


def test_measures_are_never_added_up(journal_log: Log, dossier: UUID) -> None:
    opened(journal_log, dossier)
    tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    catch_up(journal_log.database.app)
    generation, facts = FactsReader(journal_log.journal).facts(ledger=True)
    [row] = figure(indicator("re-explaining"), Asked([], controlled=False), generation, facts)["rows"]
    assert (row["value"], row["n"]) == (None, 1)
