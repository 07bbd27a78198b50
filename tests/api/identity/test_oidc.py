"""Tokens of people: a JWT is believed only when this issuer signed it for us, now, by a key it publishes."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.strategies import DOSSIER

from api.identity import oidc
from api.identity.oidc import Issuer
from api.identity.principal import Principal
from api.identity.tokens import said
from api.identity.withdrawals import Withdrawals
from dossier.refusals import Refused


class Provider:
    """An issuer on this machine; `keys` are what it publishes."""

    def __init__(self) -> None:
        self.keys: list[Any] = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})]
        self.asked = 0
        self.moved = ""
        self.issuer: str | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                published = {"keys": [key.as_dict(private=False) for key in provider.keys]}
                discovery = {"issuer": provider.issuer or provider.url, "jwks_uri": provider.url + "/keys"}
                body = json.dumps(published if self.path == "/keys" else discovery).encode()
                self.send_response(302 if self.path == "/moved" else 200)
                self.send_header("location", provider.moved)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def token(self, key: Any = None, alg: str = "RS256", **changed: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": "dossier", "exp": now + 60, "sub": "u1", "role": "adviser", "agency": "hub"}
        key = key or self.keys[0]
        kept = {name: value for name, value in (claims | changed).items() if value is not None}
        return jwt.encode({"alg": alg, "kid": key.kid or "one"}, kept, key, algorithms=[alg])


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def issuer(provider: Provider) -> Issuer:
    return Issuer(provider.url, "dossier")


def is_refused(issuer: Issuer, token: str) -> bool:
    with pytest.raises(Refused) as caught:
        issuer.check(token)
    return caught.value.refusal.slug == "unauthenticated"


def test_a_token_of_the_issuer_speaks_for_its_subject(issuer: Issuer, provider: Provider) -> None:
    assert issuer.issued(provider.token())
    assert issuer.check(provider.token()) == Principal("adviser", "hub", None, "u1")
    entrepreneur = provider.token(role="entrepreneur", agency=None, dossier=str(DOSSIER))
    assert issuer.check(entrepreneur) == Principal("entrepreneur", None, DOSSIER, "u1")
    assert issuer.check(provider.token(aud=["other", "dossier"])).role == "adviser"


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "other"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"role": "root"},
        {"role": None},
        {"dossier": "x"},
        {"dossier": 5},
        {"agency": ["hub", "other"]},
        {"sub": 7},
        {"role": ["adviser"]},
    ],
    ids=str,
)
def test_a_token_not_for_us_or_not_for_now_is_refused(
    issuer: Issuer, provider: Provider, change: dict[str, Any]
) -> None:
    assert is_refused(issuer, provider.token(**change))


@pytest.mark.parametrize(("describes", "believed"), [
    ("{url}", True),
    ("{url}/", True),
    ("{url}/realms/other", False),
    ("https://login.example", False),
])  # fmt: skip
def test_keys_are_those_of_the_issuer_that_is_configured_and_of_no_other(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, describes: str, believed: bool
) -> None:
    monkeypatch.setattr(provider, "issuer", describes.format(url=provider.url))
    issuer = Issuer(provider.url, "dossier")
    if believed:
        assert issuer.check(provider.token()).role == "adviser"
    else:
        assert is_refused(issuer, provider.token())


def test_a_key_that_is_not_published_signs_nothing(issuer: Issuer, provider: Provider) -> None:
    assert is_refused(issuer, provider.token(RSAKey.generate_key(2048, {"kid": "one"})))


def test_an_algorithm_not_allowed_signs_nothing(issuer: Issuer, provider: Provider) -> None:
    """Nor may the published key serve as a shared secret."""
    public = json.dumps(provider.keys[0].as_dict(private=False)).encode()
    for key in (OctKey.import_key(public), OctKey.generate_key()):
        assert is_refused(issuer, provider.token(key, "HS256"))
    head, body, _ = provider.token().split(".")
    assert is_refused(issuer, f"eyJhbGciOiJub25lIn0.{body}.")
    assert is_refused(issuer, f"{head}.{body}.")


def test_another_issuer_s_token_is_not_this_one_s(issuer: Issuer, provider: Provider) -> None:
    for token in (provider.token(iss="https://evil.example"), "", "x.y.z", "e30.e30.", "..", "\ud800"):
        assert not issuer.issued(token)


def test_a_token_that_was_withdrawn_here_is_refused(provider: Provider, tmp_path: Path) -> None:
    """The issuer may let it run on for as long as it says; what is issued after speaks again."""
    issuer = Issuer(provider.url, "dossier", Withdrawals(tmp_path / "withdrawn-tokens.ndjson"))
    keys, now = issuer._withdrawals, time.time()
    assert keys is not None
    keys.add(said(Principal("adviser", "hub", None, "u1")), now)
    assert is_refused(issuer, provider.token(iat=now - 5))
    assert is_refused(issuer, provider.token())  # nothing says that it is younger
    assert issuer.check(provider.token(iat=now + 5)).role == "adviser"
    assert issuer.check(provider.token(iat=now - 5, sub="u2")).role == "adviser"
    keys.add(said(Principal("entrepreneur", dossier=DOSSIER)), now)
    assert is_refused(issuer, provider.token(role="entrepreneur", dossier=str(DOSSIER).upper(), iat=now - 5))


def test_a_token_that_nests_beyond_reading_is_nobody_s(issuer: Issuer) -> None:
    """Nobody has shown a key yet: what cannot be read is another's token, and no fault of ours."""
    head, deep = (urlsafe_b64encode(text).decode().rstrip("=") for text in (b'{"alg":"RS256"}', b"[" * 20_000))
    for token in (f"{head}.{deep}.e30", f"{deep}.{head}.e30"):
        assert not issuer.issued(token)


def test_a_new_key_is_found_once_its_issuer_publishes_it(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer(provider.url, "dossier")
    issuer.check(provider.token())
    new = ECKey.generate_key("P-256", {"kid": "two", "use": "sig", "alg": "ES256"})
    provider.keys.append(new)
    issuer._read_at -= 10
    assert issuer.check(provider.token(new, "ES256")).role == "adviser"


def test_tokens_of_unknown_keys_do_not_make_us_ask_again_and_again(provider: Provider) -> None:
    issuer = Issuer(provider.url, "dossier")
    issuer.check(provider.token())
    asked = provider.asked
    stranger = RSAKey.generate_key(2048, {"kid": "unknown"})
    assert all(is_refused(issuer, provider.token(stranger)) for _ in range(20))
    assert provider.asked - asked <= 2


def test_an_issuer_out_of_reach_opens_nothing() -> None:
    token = jwt.encode({"alg": "HS256"}, {"iss": "http://127.0.0.1:9"}, OctKey.generate_key())
    issuer = Issuer("http://127.0.0.1:9", "dossier")
    assert issuer.issued(token)
    assert is_refused(issuer, token)


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on the issuer does not answer; what was asked of it."""
    asked: list[str] = []

    def get(url: str) -> Any:
        asked.append(url)
        raise OSError("timed out")

    monkeypatch.setattr(oidc, "_get", get)
    return asked


def test_keys_hold_for_a_while_when_their_issuer_cannot_be_reached(
    issuer: Issuer, provider: Provider, request: pytest.FixtureRequest
) -> None:
    """It is asked once, not by every request: each would wait for it as long as it takes."""
    issuer.check(provider.token())
    asked = request.getfixturevalue("unreachable")
    issuer._read_at -= oidc.REFRESH_SECONDS + 1
    assert [issuer.check(provider.token()).role for _ in range(20)] == ["adviser"] * 20
    stranger = RSAKey.generate_key(2048, {"kid": "unknown"})
    assert is_refused(issuer, provider.token(stranger))
    assert len(asked) == 1
    issuer._read_at -= oidc.OUTAGE_SECONDS
    assert is_refused(issuer, provider.token())


def test_without_any_key_the_issuer_is_not_waited_for_by_every_request(
    issuer: Issuer, provider: Provider, unreachable: list[str]
) -> None:
    assert all(is_refused(issuer, provider.token()) for _ in range(20))
    assert len(unreachable) == 1


def test_who_has_keys_does_not_wait_while_they_are_read_anew(issuer: Issuer, provider: Provider) -> None:
    issuer.check(provider.token())
    issuer._read_at -= oidc.REFRESH_SECONDS + 1
    with issuer._lock:  # another request is asking
        assert issuer.check(provider.token()).role == "adviser"


@pytest.mark.parametrize(
    "address",
    [
        "http://issuer.example/keys",
        "http://localhost.evil.example/",
        "http://127.0.0.1@evil.example/",
        "file:///etc/passwd",
    ],
)
def test_an_issuer_is_reached_by_https(address: str, provider: Provider) -> None:
    """Also where it sends us on: whoever is on the way could give us keys of their own."""
    with pytest.raises(ValueError, match="https"):
        oidc._get(address)
    provider.moved = address
    with pytest.raises((ValueError, HTTPError), match=r"https|not allowed"):
        oidc._get(provider.url + "/moved")
    provider.moved = provider.url + "/keys"
    assert oidc._get(provider.url + "/moved")["keys"]
