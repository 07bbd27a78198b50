"""Bearer tokens: issued by the service's own key, checked at every request."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import cast
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from api.identity.key_file import key_of
from api.identity.principal import ROLES, Principal, Role
from api.identity.withdrawals import Claims, Withdrawals
from dossier.refusals import refused

ISSUER = "dossier"
ALGORITHM = "HS256"
DAYS = 365


class TokenKey:
    """The service's key: made on first use, readable by its owner alone."""

    def __init__(self, data: Path) -> None:
        self.path = data / "keys" / "token.key"
        self._key = OctKey.import_key(key_of(self.path))
        self._checked = lru_cache(maxsize=10_000)(self._decode)
        self.withdrawals = Withdrawals(data / "keys" / "withdrawn-tokens.ndjson")

    def issue(self, principal: Principal, *, days: int = DAYS) -> str:
        """A token of this service for a principal."""
        now = time.time()
        claims = {"iss": ISSUER, "iat": now, "exp": int(now) + days * 86_400} | said(principal)
        return jwt.encode({"alg": ALGORITHM}, {k: v for k, v in claims.items() if v is not None}, self._key)

    def check(self, token: str) -> Principal:
        """Whom a token speaks for. Raises Refused when it is not ours, altered or expired."""
        principal, claims = self._checked(token)
        if float(claims["exp"]) < time.time():
            raise refused("unauthenticated", "The token has expired: ask for a new one.")
        if self.withdrawals.cover(claims):
            raise refused("unauthenticated", "The token was withdrawn: ask for a new one.")
        return principal

    def withdraw(self, principal: Principal) -> None:
        """Withdraw the tokens issued until now to a role; of it those of one agency, dossier or person where told."""
        self.withdrawals.add(said(principal), time.time())

    def _decode(self, token: str) -> tuple[Principal, Claims]:
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            if claims["iss"] != ISSUER or claims["role"] not in ROLES:
                raise ValueError
            dossier = UUID(claims["dossier"]) if claims.get("dossier") else None
            found = Principal(cast(Role, claims["role"]), claims.get("agency"), dossier, claims.get("sub"))
            float(claims["exp"])
            return found, claims
        except (JoseError, ValueError, KeyError, TypeError):
            raise refused("unauthenticated", "The token is not valid here: `dossier token` prints one.") from None


def said(principal: Principal) -> Claims:
    """What a token says of a principal."""
    return {
        "role": principal.role,
        "agency": principal.agency,
        "dossier": str(principal.dossier) if principal.dossier else None,
        "sub": principal.subject,
    }
