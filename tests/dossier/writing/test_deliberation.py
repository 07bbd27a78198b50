"""What a group of posts amounts to: batches, subjects, versions, amendments and erasure, on a real log."""

from __future__ import annotations

import psycopg
from tests.posting import (
    HUB,
    INNOVIRIS,
    NUMBERS,
    PERSON,
    accepted,
    cloud_event,
    contact,
    opened,
    post,
    refused,
    repeated,
    short,
)
from tests.turn import one_group

from dossier.agencies import Agency
from dossier.commitment import commit
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.event import unseal
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

OPERATING = Agency(OPERATOR, "operator", "operator", "operator", "urn:operator")


# Batches


def test_an_item_sees_those_before_it(log: Log) -> None:
    dossier, number = new_dossier_id(), next(NUMBERS)
    outcomes = post(
        log,
        cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier),
        cloud_event("dossier-opened", {}, dossier),
        cloud_event("enterprise-linked", {"legal_identifier": number}, dossier),
        cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, number),
        cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier),
        cloud_event("enterprise-unlinked", {"legal_identifier": number}, dossier),
        contact(number),
    )
    assert [short(o) for o in outcomes] == ["dossier-unknown", *["accepted"] * 5, "dossier-unknown"]


def test_a_refused_item_leaves_no_gap(log: Log) -> None:
    dossier = opened(log)
    first, _, second = post(
        log, contact(dossier), cloud_event("premises-left", {"site": "x"}, dossier), contact(dossier)
    )
    assert accepted(second).position == accepted(first).position + 1


def test_an_atomic_batch_is_written_whole(log: Log) -> None:
    dossier = opened(log)
    assert [short(o) for o in post(log, contact(dossier), contact(dossier), atomic=True)] == ["accepted"] * 2


def test_a_refused_atomic_batch_writes_nothing(log: Log, shared_database: Database) -> None:
    dossier, number = opened(log), next(NUMBERS)
    before = log.journal.head()
    outcomes = post(
        log,
        cloud_event("profile-updated", {"person": PERSON}, dossier),
        cloud_event("enterprise-linked", {"legal_identifier": number}, dossier),
        cloud_event("premises-left", {"site": "x"}, dossier),
        atomic=True,
    )
    assert [short(o) for o in outcomes] == ["batch-refused", "batch-refused", "premises-not-entered"]
    assert log.journal.head() == before
    assert log.journal.personal_of([dossier]) == {}
    assert log.journal.holders([number]) == {}


def test_what_a_refused_atomic_batch_would_have_done_is_forgotten(log: Log) -> None:
    dossier, number = opened(log), next(NUMBERS)
    applied = cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier)
    linked = cloud_event("enterprise-linked", {"legal_identifier": number}, dossier)
    post(log, applied, linked, cloud_event("premises-left", {"site": "x"}, dossier), atomic=True)
    decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
    assert [short(o) for o in post(log, decided, contact(number))] == ["application-unknown", "dossier-unknown"]
    assert [short(o) for o in post(log, applied, linked)] == ["accepted", "accepted"]


def test_who_is_decided_after_a_refused_atomic_batch_sees_nothing_of_it(log: Log, shared_database: Database) -> None:
    dossier, number = opened(log), next(NUMBERS)
    applied = cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier)
    linked = cloud_event("enterprise-linked", {"legal_identifier": number}, dossier)
    decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
    with one_group(shared_database, log):
        log.post([applied, linked, cloud_event("premises-left", {"site": "x"}, dossier)], HUB, atomic=True)
        after = log.post([decided, contact(number), applied], HUB)
    assert [short(o) for o in after.result(30)] == ["application-unknown", "dossier-unknown", "accepted"]
    assert [event.version for event in log.journal.history(dossier)] == [1, 2]


def test_a_refused_atomic_batch_erases_nobody(log: Log, shared_database: Database) -> None:
    dossier = opened(log, ("profile-updated", {"person": PERSON}))
    mandate = {"agency": "hub", "purpose": "guidance", "legal_ground": "consent"}
    with one_group(shared_database, log):
        batch = [
            cloud_event("mandate-declared", mandate, dossier),
            cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier),
            cloud_event("premises-left", {"site": "x"}, dossier),
        ]
        log.post(batch, HUB, atomic=True)
        after = log.post([contact(dossier)], HUB)
    accepted(after.result(30)[0])
    assert len(log.journal.personal_of([dossier])) == 1


def test_an_unreadable_item_refuses_an_atomic_batch_and_only_itself_otherwise(log: Log) -> None:
    dossier = opened(log)
    bad = contact(dossier, time="yesterday")
    assert [short(o) for o in post(log, contact(dossier), bad, atomic=True)] == ["batch-refused", "invalid"]
    assert [short(o) for o in post(log, contact(dossier), bad)] == ["accepted", "invalid"]


# Subjects and versions


def test_a_number_nobody_holds_names_no_dossier(log: Log) -> None:
    refusal = refused(post(log, contact(next(NUMBERS)))[0])
    assert (refusal.slug, refusal.status) == ("dossier-unknown", 404)


def test_a_number_two_dossiers_hold_names_none_and_says_which(log: Log) -> None:
    number = next(NUMBERS)
    dossiers = [opened(log, ("enterprise-linked", {"legal_identifier": number})) for _ in range(2)]
    refusal = refused(post(log, contact(number))[0])
    assert (refusal.slug, refusal.status) == ("subject-ambiguous", 409)
    assert refusal.more["dossiers"] == sorted(str(dossier) for dossier in dossiers)


def test_a_number_held_again_by_one_names_that_one(log: Log) -> None:
    number = next(NUMBERS)
    one, two = (opened(log, ("enterprise-linked", {"legal_identifier": number})) for _ in range(2))
    accepted(post(log, cloud_event("enterprise-unlinked", {"legal_identifier": number}, one))[0])
    assert accepted(post(log, contact(number))[0]).dossier == two


def test_a_number_is_held_as_corrected_and_retracted(log: Log) -> None:
    wrong, right = next(NUMBERS), next(NUMBERS)
    dossier = opened(log)
    linked = accepted(post(log, cloud_event("enterprise-linked", {"legal_identifier": wrong}, dossier))[0])
    spelled = f"BE {right[:4]}.{right[4:7]}.{right[7:]}"
    data = {"corrects": str(linked.position), "data": {"legal_identifier": spelled}}
    correction = accepted(post(log, cloud_event("event-corrected", data, dossier))[0])
    assert [short(o) for o in post(log, contact(wrong), contact(right))] == ["dossier-unknown", "accepted"]
    accepted(post(log, cloud_event("event-retracted", {"corrects": str(correction.position)}, dossier))[0])
    assert [short(o) for o in post(log, contact(wrong), contact(right))] == ["accepted", "dossier-unknown"]


def test_the_expected_version_is_honoured(log: Log) -> None:
    dossier = opened(log)
    assert accepted(post(log, contact(dossier), expected_version=1)[0]).version == 2
    refusal = refused(post(log, contact(dossier), expected_version=1)[0])
    assert (refusal.slug, refusal.status, refusal.more) == ("version-mismatch", 412, {"version": 2})


def test_a_repeat_needs_no_expected_version(log: Log) -> None:
    event = contact(opened(log))
    accepted(post(log, event, expected_version=1)[0])
    repeated(post(log, event, expected_version=1)[0])


# Amendments


def test_a_retracted_application_takes_no_decision(log: Log) -> None:
    dossier = opened(log)
    applied = accepted(
        post(log, cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier))[0]
    )
    accepted(post(log, cloud_event("event-retracted", {"corrects": str(applied.position)}, dossier))[0])
    decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
    assert short(post(log, decided)[0]) == "application-unknown"


def test_a_retraction_counts_for_the_items_after_it(log: Log) -> None:
    dossier = opened(log)
    applied = accepted(
        post(log, cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier))[0]
    )
    decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
    retracted = cloud_event("event-retracted", {"corrects": str(applied.position)}, dossier)
    assert [short(o) for o in post(log, retracted, decided)] == ["accepted", "application-unknown"]


def test_the_event_of_another_dossier_is_not_corrected(log: Log) -> None:
    other = accepted(post(log, contact(opened(log)))[0])
    data = {"corrects": str(other.position), "data": {"channel": "mail"}}
    assert short(post(log, cloud_event("event-corrected", data, opened(log)))[0]) == "event-unknown"


def test_the_person_in_a_correction_goes_to_the_vault(log: Log) -> None:
    dossier = opened(log)
    first = accepted(post(log, contact(dossier))[0])
    data = {"corrects": str(first.position), "data": {"channel": "mail", "note": "Amina"}}
    stored = accepted(post(log, cloud_event("event-corrected", data, dossier))[0]).stored
    assert b"Amina" not in stored
    personal, salt = log.journal.personal_of([dossier])[dossier, 3]
    assert personal == b'{"data":{"note":"Amina"}}'
    assert unseal(stored, 3).personal == commit(salt, personal)


# Erasure


def test_an_erasure_takes_the_vault_rows_and_salts_of_the_dossier(log: Log, shared_database: Database) -> None:
    dossier = opened(log, ("profile-updated", {"person": PERSON}))
    other = opened(log, ("profile-updated", {"person": PERSON}))
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATING)
    accepted(post(log, erasure, agency=OPERATING)[0])
    with psycopg.connect(shared_database.owner) as connection:
        left = connection.execute(
            "SELECT dossier FROM vault.entry WHERE dossier = ANY(%s)", ([dossier, other],)
        ).fetchall()
    assert left == [(other,)]


def test_a_person_reported_in_the_batch_of_the_erasure_is_forgotten_before_and_kept_after_it(log: Log) -> None:
    dossier = opened(log)
    outcomes = post(
        log,
        cloud_event("profile-updated", {"person": PERSON}, dossier, OPERATING),
        cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATING),
        cloud_event("profile-updated", {"person": PERSON}, dossier, OPERATING),
        agency=OPERATING,
    )
    assert [short(o) for o in outcomes] == ["accepted"] * 3
    assert set(log.journal.personal_of([dossier])) == {(dossier, 4)}


def test_an_erased_event_keeps_its_commitment_and_its_repeat_is_a_repeat(log: Log) -> None:
    dossier = opened(log)
    event = cloud_event("profile-updated", {"person": PERSON}, dossier)
    accepted(post(log, event)[0])
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATING)
    accepted(post(log, erasure, agency=OPERATING)[0])
    assert unseal(log.journal.history(dossier)[1].stored, 1).personal
    repeated(post(log, event)[0])


def test_an_erasure_that_is_refused_erases_nobody(log: Log) -> None:
    dossier = opened(log, ("profile-updated", {"person": PERSON}))
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, INNOVIRIS)
    assert short(post(log, erasure, agency=INNOVIRIS)[0]) == "mandate-required"
    assert len(log.journal.personal_of([dossier])) == 1


# Corrections


def test_a_link_is_corrected_to_any_dossier_there_is(log: Log) -> None:
    """The other dossier is looked up in the log, also by a writer that never heard of it."""
    dossier, wrong, right = opened(log), opened(log), opened(log)
    [linked] = post(log, cloud_event("dossiers-linked", {"other": str(wrong)}, dossier))
    corrects = str(accepted(linked).position)
    outcomes = post(
        log,
        cloud_event("event-corrected", {"corrects": corrects, "data": {"other": str(right)}}, dossier),
        cloud_event("event-corrected", {"corrects": corrects, "data": {"other": str(new_dossier_id())}}, dossier),
        cloud_event("event-corrected", {"corrects": corrects, "data": {"other": 7}}, dossier),
    )
    assert [short(o) for o in outcomes] == ["accepted", "dossier-unknown", "invalid"]


# Another dossier


def test_a_rule_is_kept_from_linking_by_what_another_writer_recorded_on_the_other_dossier(
    log: Log, shared_database: Database
) -> None:
    one, other = opened(log), opened(log)
    with running_log(shared_database) as elsewhere:
        accepted(post(elsewhere, cloud_event("dossiers-distinct", {"other": str(other), "by": "human"}, one))[0])
    link = {"other": str(one), "by": "rule"}
    assert [short(o) for o in post(log, cloud_event("dossiers-linked", link, other))] == ["dossiers-declared-distinct"]
