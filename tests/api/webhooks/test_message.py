"""Messages are signed as the Standard Webhooks specification has it: its own vectors, its own library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.webhooks.message import message, signatures
from api.webhooks.sealing import new_secret
from dossier.journal import Entry

KNOWN = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "body": b'{"test": 2432232314}',
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
"""The known answer that the specification's libraries share."""
NOW = datetime.now(UTC)
STORED = {
    "agency": "hub", "data": {"channel": "phone"}, "dossier": str(UUID(int=7)), "id": "é-1", "personal": "sha256:00",
    "recordedtime": "2026-03-02T08:00:00.000000Z", "source": "https://hub.example", "time": "2026-03-02T09:00:00+01:00",
    "timeprecision": "day", "type": "brussels.dossier.contact-made.v1", "version": 2,
}  # fmt: skip
ENTRY = Entry(12, UUID(int=7), 2, STORED["type"], "hub", orjson.dumps(STORED))  # type: ignore[arg-type]  # a text


def test_the_known_answer_of_the_specification() -> None:
    at = datetime.fromtimestamp(KNOWN["timestamp"], UTC)  # type: ignore[arg-type]  # a number
    signed = signatures(KNOWN["id"], at, KNOWN["body"], [KNOWN["secret"]])  # type: ignore[arg-type, list-item]
    assert signed == KNOWN["signature"]


def test_the_official_library_verifies_a_message() -> None:
    secret = new_secret()
    headers, body = message(uuid4(), ENTRY, [secret], datetime.now(UTC))
    event = Webhook(secret).verify(body, headers)
    assert (event["position"], event["subject"], event["id"]) == ("12", str(UUID(int=7)), "é-1")
    assert "personal" not in event


def test_while_a_secret_is_rotated_both_verify() -> None:
    new, old = new_secret(), new_secret()
    headers, body = message(uuid4(), ENTRY, [new, old], datetime.now(UTC))
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (new, old):
        Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


def test_an_altered_or_stale_message_does_not_verify() -> None:
    secret, identity = new_secret(), uuid4()
    headers, body = message(identity, ENTRY, [secret], datetime.now(UTC))
    stale = message(identity, ENTRY, [secret], datetime.now(UTC) - timedelta(minutes=6))
    for wrong, content in ((headers, body + b" "), (headers | {"webhook-id": "msg_other"}, body), stale):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(content, wrong)


def test_the_id_of_a_message_is_the_same_at_every_attempt_and_no_others() -> None:
    one, other = uuid4(), uuid4()
    ids = [message(one, ENTRY, [new_secret()], at).headers["webhook-id"] for at in (NOW, NOW + timedelta(hours=2))]
    assert ids[0] == ids[1]
    assert ids[0] != message(other, ENTRY, [new_secret()], NOW).headers["webhook-id"]
    assert ids[0] != message(one, ENTRY._replace(position=13), [new_secret()], NOW).headers["webhook-id"]
