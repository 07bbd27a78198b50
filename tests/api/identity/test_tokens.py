"""The service's own tokens: only what this key issued, unaltered and in time."""

from __future__ import annotations

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from tests.strategies import DOSSIER

from api.identity.principal import ROLES, Principal, Role
from api.identity.tokens import TokenKey
from dossier.refusals import Refused


@pytest.fixture
def key(tmp_path: Path) -> TokenKey:
    return TokenKey(tmp_path)


def secret(key: TokenKey) -> OctKey:
    return OctKey.import_key(key.path.read_bytes())


def refusal(key: TokenKey, token: str) -> str:
    with pytest.raises(Refused) as caught:
        key.check(token)
    return caught.value.refusal.slug


@pytest.mark.parametrize("role", ROLES)
def test_a_token_speaks_for_whom_it_was_issued(key: TokenKey, role: Role) -> None:
    for dossier in (None, DOSSIER):
        principal = Principal(role, "hub", dossier)
        assert key.check(key.issue(principal)) == principal
    assert isinstance(key.check(key.issue(Principal(role, None, DOSSIER))).dossier, UUID)


def test_a_token_ends(key: TokenKey) -> None:
    token = key.issue(Principal("auditor"), days=-1)
    assert refusal(key, token) == "unauthenticated"
    assert refusal(key, token) == "unauthenticated", "also when it was seen before"


HUB_COACH = Principal("adviser", "hub", None, "i.peeters")
WITHDRAWN: dict[str, tuple[Principal, list[Principal], list[Principal]]] = {
    "a person": (HUB_COACH, [HUB_COACH], [HUB_COACH._replace(subject="k.maes"), Principal("adviser", "hub")]),
    "an organisation's advisers": (
        Principal("adviser", "hub"),
        [HUB_COACH, Principal("adviser", "hub")],
        [Principal("agency", "hub"), Principal("adviser", "bee")],
    ),
    "a dossier's entrepreneur": (
        Principal("entrepreneur", None, DOSSIER),
        [Principal("entrepreneur", None, DOSSIER)],
        [Principal("entrepreneur", None, UUID(int=1))],
    ),
    "a role": (Principal("auditor"), [Principal("auditor"), Principal("auditor", subject="a")], [Principal("analyst")]),
}


@pytest.mark.parametrize("who", WITHDRAWN)
def test_withdrawn_tokens_are_refused_by_every_process_and_no_others(key: TokenKey, tmp_path: Path, who: str) -> None:
    told, gone, kept = WITHDRAWN[who]
    tokens = [(principal, key.issue(principal)) for principal in (*gone, *kept)]
    for principal, token in tokens:
        assert key.check(token) == principal
    TokenKey(tmp_path).withdraw(told)
    for process in (key, TokenKey(tmp_path)):
        for principal, token in tokens:
            if principal in gone:
                assert refusal(process, token) == "unauthenticated"
            else:
                assert process.check(token) == principal
    assert key.check(key.issue(gone[0])) == gone[0], "one that was issued since holds"


def test_withdrawing_twice_withdraws_what_was_issued_between(key: TokenKey) -> None:
    for _ in range(2):
        token = key.issue(HUB_COACH)
        assert key.check(token) == HUB_COACH
        key.withdraw(HUB_COACH)
        assert refusal(key, token) == "unauthenticated"


def test_a_withdrawal_without_room_is_told_and_harms_no_other_token(
    key: TokenKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, analyst = Principal("auditor"), Principal("analyst")
    kept, gone = key.issue(auditor), key.issue(analyst)
    key.withdraw(analyst)
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, line: whole(descriptor, line[:9]))
    with pytest.raises(OSError, match="nothing was withdrawn"):
        key.withdraw(auditor)
    assert key.check(kept) == auditor
    assert refusal(key, gone) == "unauthenticated"


def test_a_token_of_another_key_is_refused(key: TokenKey, tmp_path: Path) -> None:
    assert refusal(key, TokenKey(tmp_path / "other").issue(Principal("auditor"))) == "unauthenticated"


def test_a_token_without_a_signature_is_refused(key: TokenKey) -> None:
    head, body, _ = key.issue(Principal("agency", "hub")).split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}", "", "x", ".."):
        assert refusal(key, token) == "unauthenticated"


@pytest.mark.parametrize(
    "change",
    [{"role": "root"}, {"role": None}, {"iss": "others"}, {"dossier": "x"}, {"exp": None}, {"exp": "soon"}],
    ids=str,
)
def test_a_claim_that_makes_no_sense_is_refused(key: TokenKey, change: dict[str, object]) -> None:
    body = key.issue(Principal("auditor")).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "==")) | change
    known = {name: value for name, value in claims.items() if value is not None}
    assert refusal(key, jwt.encode({"alg": "HS256"}, known, secret(key))) == "unauthenticated"


def test_the_key_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        keys = list(together.map(lambda _: TokenKey(tmp_path), range(8)))
    token = keys[0].issue(Principal("auditor"))
    assert all(key.check(token) == Principal("auditor") for key in keys)
    assert keys[0].path.stat().st_mode & 0o777 == 0o600
    assert keys[0].path.parent.stat().st_mode & 0o077 == 0
