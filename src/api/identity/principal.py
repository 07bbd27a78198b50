"""Who is asking: the roles there are, and what a token says of somebody."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args
from uuid import UUID

Role = Literal["agency", "adviser", "auditor", "analyst", "entrepreneur", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)


class Principal(NamedTuple):
    """A role, the organisation or dossier it is tied to, and the person, as the token names them."""

    role: Role
    agency: str | None = None
    dossier: UUID | None = None
    subject: str | None = None
