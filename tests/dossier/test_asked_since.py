"""What is asked of facts since some were recorded: those are read, and sent again."""

import pytest
from tests.ledger import Ledger
from tests.posting import HUB, cloud_event, short
from tests.strategies import DOSSIER

from dossier import asked_since

FORMER = [
    ("aid-applied", {"application_id": "A1", "instrument": "grant", "amount": "5", "currency": "ABC"}, "currency"),
    ("profile-updated", {"person": {"birth_date": "2999-05-06"}}, "birth_date"),
]


@pytest.mark.parametrize(("name", "data", "field"), FORMER)
def test_what_was_recorded_before_is_a_repeat_and_new_is_refused(
    name: str, data: dict[str, object], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, before = Ledger(), cloud_event(name, data, DOSSIER)
    ledger.post([cloud_event("dossier-opened", {}, DOSSIER)], HUB)
    with monkeypatch.context() as then:
        then.setattr(asked_since, "check", lambda fact, day: None)
        assert short(ledger.post([before], HUB)[0]) == "accepted"

    assert short(ledger.post([before], HUB)[0]) == "repeated"
    [new] = ledger.post([cloud_event(name, data, DOSSIER)], HUB)
    assert short(new) == "invalid"
    assert [pointer.rpartition("/")[2] for pointer, _ in new.errors] == [field]  # type: ignore[union-attr]
