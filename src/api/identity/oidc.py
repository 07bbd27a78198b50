"""Tokens of people: JWTs of a configured OpenID Connect issuer, checked by the keys it publishes."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from api.identity.principal import ROLES, Principal, Role
from api.identity.tokens import said
from api.identity.withdrawals import Withdrawals
from dossier.refusals import refused

log = structlog.get_logger()
ALGORITHMS = ["RS256", "ES256", "PS256"]
REFRESH_SECONDS = 300
AGAIN_SECONDS = 5
"""How long after it answered, or did not, the issuer is asked again."""
OUTAGE_SECONDS = 3_600
"""How long keys hold while the issuer cannot be reached: no longer, for it cannot take one back meanwhile."""
LEEWAY = 60
LARGEST = 1 << 20
"""Bytes that are read of an issuer's answer."""


class AnotherIssuer(ValueError):
    """What answers at the issuer's address describes another one, whose keys are not this one's."""


class Issuer:
    """One OIDC issuer. Its keys are found by discovery, kept, and read again when a token names one not seen yet."""

    def __init__(self, url: str, audience: str, withdrawals: Withdrawals | None = None) -> None:
        self._withdrawals = withdrawals
        self.url = url.rstrip("/")
        self.audience = audience
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._failed_at = -float("inf")
        self._lock = threading.Lock()

    def issued(self, token: str) -> bool:
        """Whether a token says it is of this issuer (nothing is trusted yet)."""
        try:
            claims = json.loads(extract_compact(token.encode()).payload)
            return isinstance(claims, dict) and str(claims.get("iss", "")).rstrip("/") == self.url
        except (JoseError, ValueError, RecursionError):
            return False

    def check(self, token: str) -> Principal:
        """Whom a token speaks for, by its claims `role`, `agency`, `dossier`. Raises Refused."""
        try:
            return self._principal(self._verified(token))
        except (JoseError, ValueError, KeyError, TypeError, OSError):
            raise refused("unauthenticated", "The token is not valid here: sign in again.") from None

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            claims = jwt.decode(token, self._key_set(again=True), algorithms=ALGORITHMS).claims
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if self.audience not in audiences or claims["exp"] + LEEWAY < time.time():
            raise ValueError("audience or expiry")
        if claims.get("nbf", 0) - LEEWAY > time.time():
            raise ValueError("not yet valid")
        return claims

    def _principal(self, claims: dict[str, Any]) -> Principal:
        told = {name: claims.get(name) for name in ("role", "agency", "dossier", "sub")}
        if told["role"] not in ROLES or not all(value is None or isinstance(value, str) for value in told.values()):
            raise ValueError("claims")  # an issuer may send a list of organisations, or a number
        dossier = UUID(told["dossier"]) if told["dossier"] else None
        found = Principal(cast(Role, told["role"]), told["agency"], dossier, told["sub"])
        if self._withdrawals is not None and self._withdrawals.cover(said(found) | {"iat": claims.get("iat", 0)}):
            raise ValueError("withdrawn")
        return found

    def _key_set(self, *, again: bool = False) -> KeySet:
        """The issuer's keys. One request asks for them; others go by those there are, and wait only where none are."""
        if self._lock.acquire(blocking=not self._hold()):
            try:
                if self._due(again):
                    self._read()
            finally:
                self._lock.release()
        if self._keys is None or not self._hold():
            raise OSError("the issuer's keys are not known")
        return self._keys

    def _hold(self) -> bool:
        return self._keys is not None and time.monotonic() - self._read_at <= OUTAGE_SECONDS

    def _due(self, again: bool) -> bool:
        now = time.monotonic()
        age = now - self._read_at
        old = self._keys is None or age > REFRESH_SECONDS or (again and age > AGAIN_SECONDS)
        return old and now - self._failed_at > AGAIN_SECONDS

    def _read(self) -> None:
        try:
            discovery = _get(self.url + "/.well-known/openid-configuration")
            named = str(discovery.get("issuer", self.url))  # one that names nobody names no other
            if named.rstrip("/") != self.url:  # Source: OpenID Connect Discovery 1.0, 4.3
                raise AnotherIssuer
            self._keys = KeySet.import_key_set(_get(discovery["jwks_uri"]))
            self._read_at = time.monotonic()
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            self._failed_at = time.monotonic()
            log.warning("the issuer's keys cannot be read", reason=type(error).__name__)


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to where an issuer may be reached, and nowhere else: keys over http are anybody's."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """The request that a redirect asks for. Raises ValueError."""
        _check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


OPENER = urllib.request.build_opener(_Unmoved)


def _get(url: str) -> Any:
    _check_address(url)
    with OPENER.open(url, timeout=5) as answer:
        return json.loads(answer.read(LARGEST))


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise ValueError("an issuer is reached by https")
