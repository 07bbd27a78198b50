"""What a dossier accepts and refuses: the cases of tests/cases/decisions, which a policy officer can read."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.ledger import Ledger
from tests.posting import AGENCIES, HUB, cloud_event, refused, short
from tests.strategies import DOSSIER, OTHER

from dossier.agencies import Agency
from dossier.decisions import OPERATOR
from dossier.refusals import KINDS
from dossier.writing import Outcome

CASES = [
    case
    for file in sorted((Path(__file__).parents[1] / "cases" / "decisions").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text())
]
BY = {**AGENCIES, OPERATOR: Agency(OPERATOR, "operator", "operator", "operator", "urn:operator")}
OF_THE_STATE = list(KINDS)[list(KINDS).index("dossier-already-open") :]


def report(ledger: Ledger, step: Any, **changed: Any) -> str:
    """Post one fact of a case; what became of it, in a word."""
    return short(outcome(ledger, step, **changed))


def outcome(ledger: Ledger, step: Any, **changed: Any) -> Outcome:
    """Post one fact of a case, written `name: data` or `[agency, name, data]`, or such a one `on-the-other` dossier."""
    if "on-the-other" in step:
        return outcome(ledger, step["on-the-other"], subject=OTHER)
    if isinstance(step, list):
        agency, name, data = step
    else:
        step = dict(step)
        changed |= {"time": step.pop("time")} if "time" in step else {}
        agency, ((name, data),) = HUB.id, step.items()
    if "corrects" in data:
        data = {**data, "corrects": position(ledger, int(data["corrects"]), changed.get("subject", DOSSIER))}
    event = cloud_event(name, data, changed.pop("subject", DOSSIER), BY[agency], **changed)
    return ledger.post([event], BY[agency])[0]


def position(ledger: Ledger, nth: int, subject: UUID | str = DOSSIER) -> str:
    """The position of the n-th event of the dossier, or one that no event has."""
    own = [event.position for event in ledger.history(subject if isinstance(subject, UUID) else DOSSIER)]
    return str(own[nth - 1]) if nth <= len(own) else "999"


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_dossier_takes_what_its_state_allows(case: dict[str, Any]) -> None:
    ledger = Ledger()
    assert report(ledger, {"dossier-opened": {}}, subject=OTHER) == "accepted"
    if case.get("opened", True):
        assert report(ledger, {"dossier-opened": {}}) == "accepted"
    for step in case.get("given", []):
        assert report(ledger, step) == "accepted", step
    extra = {name: case[name] for name in ("time", "subject") if name in case}
    assert report(ledger, case["when"], **extra) == case["then"]


STANDING: list[Any] = [
    {"dossier-opened": {}},
    {"aid-applied": {"application_id": "Zoé", "instrument": "grant"}},
    {"aid-decided": {"application_id": "Zoé", "outcome": "refused"}},
    {"referral-made": {"referral_id": "Zoé", "to_agency": "innoviris"}},
    {"objective-set": {"objective_id": "Zoé"}},
]
NAMED: list[tuple[Any, str]] = [
    ({"aid-decided": {"application_id": "Zoé Marker", "outcome": "refused"}}, "application-unknown"),
    ({"aid-applied": {"application_id": "Zoé", "instrument": "grant"}}, "application-exists"),
    ({"aid-decided": {"application_id": "Zoé", "outcome": "refused"}}, "application-decided"),
    ({"aid-paid": {"application_id": "Zoé", "amount": "1.00"}}, "application-not-granted"),
    ({"referral-made": {"referral_id": "Zoé", "to_agency": "innoviris"}}, "referral-exists"),
    (["innoviris", "referral-accepted", {"referral_id": "Zoé Marker"}], "referral-unknown"),
    ({"objective-set": {"objective_id": "Zoé"}}, "objective-exists"),
    ({"objective-progressed": {"objective_id": "Zoé Marker", "progress": 1}}, "objective-unknown"),
    ({"premises-left": {"site": "Zoé Marker"}}, "premises-not-entered"),
    ({"mandate-ended": {"agency": "zoe-marker"}}, "mandate-unknown"),
]


@pytest.mark.parametrize(("step", "slug"), NAMED, ids=[slug for _, slug in NAMED])
def test_a_refusal_never_repeats_what_was_sent(step: Any, slug: str) -> None:
    """An id can be made of a name or a number, and reports of imports keep refusals where no erasure finds them."""
    ledger = Ledger()
    for given in STANDING:
        assert report(ledger, given) == "accepted"
    refusal = refused(outcome(ledger, step))
    assert refusal.slug == slug
    assert "zo" not in str((refusal.detail, refusal.errors, refusal.more)).lower()


@pytest.mark.parametrize("slug", OF_THE_STATE)
def test_every_refusal_of_the_state_has_a_case(slug: str) -> None:
    assert any(case["then"] == slug for case in CASES), f"add a case to tests/cases/decisions that ends in {slug}"


def test_a_case_has_one_name() -> None:
    names = [case["case"] for case in CASES]
    assert len(names) == len(set(names))
