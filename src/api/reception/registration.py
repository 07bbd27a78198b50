"""Registering an entrepreneur: is it somebody already known, and if not, the dossier to open."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from api.protocol.bodies import valid
from api.reception.likeness import similarity
from dossier import catalogue as c
from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue.person import Phase
from dossier.folding import fold
from dossier.journal import Journal
from dossier.refusals import refused
from dossier.values import Instant, Term
from dossier.writing.registration import new_dossier_id, registration_events
from dossier.writing.wording import read_data
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.person import person as person_of

CANDIDATES = 10
WEIGHTS = {"enterprise number": 0.5, "name": 0.6, "email": 0.5, "phone": 0.4, "birth date": 0.3}
TELLING = {"enterprise number", "name", "similar name", "email", "phone"}
"""Reasons that each make a dossier worth a look; a birth date, or a word of a name in common, does not."""


class Registration(BaseModel):
    """A registration as an agency sends it: a person, an enterprise, or both."""

    model_config = ConfigDict(extra="forbid")

    person: Annotated[
        dict[str, Any] | None, Field(description="given_name, family_name, birth_date?, email?, phone?, language")
    ] = None
    enterprise: Annotated[dict[str, Any] | None, Field(description="legal_identifier, legal_name?, role?, from?")] = (
        None
    )
    project: Annotated[dict[str, Any] | None, Field(description="title?, summary?, nace?, technologies?, stage?")] = (
        None
    )
    phase: Phase | None = None
    channel: Term | None = None
    time: Instant | None = None


class Duplicate(BaseModel):
    """A dossier that may be of the same entrepreneur, how likely (0 to 1), and why."""

    id: UUID
    score: float
    because: list[str]


class Registered(BaseModel):
    """The dossier of a registration: opened now, or known before."""

    id: UUID
    version: int
    position: str
    possible_duplicates: list[Duplicate]


class Candidate(NamedTuple):
    """A known dossier with its person, beside a registration."""

    dossier: UUID
    person: dict[str, Any]
    holds: bool


class Turns:
    """One registration at a time for a name or a number: sent twice at one moment, it still makes one dossier."""

    def __init__(self, size: int = 256) -> None:
        self._locks = [threading.Lock() for _ in range(size)]

    @contextmanager
    def of(self, request: dict[str, Any]) -> Iterator[None]:
        """The turn of a checked registration. Names that share a lock by chance only wait for each other."""
        with ExitStack() as held:
            keys = (_name(request.get("person") or {}), _number(request))
            for place in sorted({hash(key) % len(self._locks) for key in keys if key}):
                held.enter_context(self._locks[place])
            yield


def taken(body: Any) -> Registration:
    """The JSON body of a registration, its own fields checked. Raises Refused with pointers."""
    return valid(Registration, body, "registration")


def checked(request: Registration) -> dict[str, Any]:
    """A registration whose every part fits the schema of the event it becomes. Raises Refused with pointers."""
    asked = request.model_dump(exclude_none=True)
    if not request.person and not request.enterprise:
        raise refused("invalid", "Name a person, an enterprise, or both.", ("/person", "needed, or an enterprise"))
    if request.person is not None:
        read_data(c.DossierOpened, {"person": request.person}, "")
        for field in ("given_name", "family_name"):
            if field not in request.person:
                raise refused("invalid", "A person has a given and a family name.", (f"/person/{field}", "needed"))
    if request.enterprise is not None:
        read_data(c.EnterpriseLinked, request.enterprise, "/enterprise")
    if request.project is not None:
        read_data(c.ProjectDescribed, request.project, "/project")
    return asked


def identities(agency: Agency, key: str | None) -> tuple[UUID, str]:
    """The id of the dossier to open and of the registration; an Idempotency-Key makes both follow from it.

    The key itself, which may be anything, does not stand in the log: only its SHA-256 does.
    """
    if key is None:
        return new_dossier_id(), str(uuid4())
    digest = hashlib.sha256(f"{agency.source_prefix}\0{key}".encode()).digest()
    value = int.from_bytes(digest[:16]) & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62
    return UUID(int=value), digest.hex()  # version 8 (RFC 9562), which Python's own constructor takes from 3.14 only


def certain(request: dict[str, Any], candidates: list[Candidate]) -> UUID | None:
    """The dossier this registration surely speaks of, if any.

    An enterprise number is a certain key only when no other person is named; an e-mail address only together with
    the same name. A birth date that differs makes it another person. Raises Refused for a number that several hold,
    when nobody is named: another dossier of nobody, at each repeat, is what no one means.
    """
    asked = request.get("person")
    if asked is None:
        return _only([candidate.dossier for candidate in candidates if candidate.holds])
    for candidate in candidates:
        because = reasons(asked, candidate)
        if "other birth date" in because or "name" not in because:
            continue
        if "enterprise number" in because or "email" in because or "birth date" in because:
            return candidate.dossier
    return None


def _only(holders: list[UUID]) -> UUID | None:
    if len(holders) > 1:
        raise refused(
            "subject-ambiguous", "Post to the dossier that is meant, or name the person of a new one.",
            ("/enterprise/legal_identifier", "several dossiers hold it"), dossiers=sorted(map(str, holders)),
        )  # fmt: skip
    return holders[0] if holders else None


def reasons(asked: dict[str, Any], candidate: Candidate) -> list[str]:
    """What a registration and a known dossier have in common, and what tells them apart."""
    known = candidate.person
    found = ["enterprise number"] if candidate.holds else []
    if _name(asked) and _name(asked) == _name(known):
        found.append("name")
    elif similarity(_name(asked), _name(known)):
        found.append("similar name")
    for field, compared in (("email", str.casefold), ("phone", _digits)):
        if field in asked and field in known and compared(asked[field]) == compared(known[field]):
            found.append(field)
    if "birth_date" in asked and "birth_date" in known:
        found.append("birth date" if asked["birth_date"] == known["birth_date"] else "other birth date")
    return found


def candidates(journal: Journal, dossiers: Dossiers, request: dict[str, Any]) -> list[Candidate]:
    """Known dossiers that a search leads to, by number, name or contacts: each is compared before it is named."""
    asked = request.get("person") or {}
    found: set[UUID] = set()
    for words in (_name(asked), fold(asked.get("email", "")), fold(asked.get("phone", ""))):
        found |= {dossier for dossier, _ in journal.search(words, CANDIDATES)} if words else set()
    holders: set[UUID] = set()
    if number := _number(request):
        holders = journal.holders([number]).get(number, set())
    return [
        Candidate(dossier, _person(dossiers, dossier), dossier in holders)
        for dossier in sorted(found | holders, key=str)
    ]


def possible(request: dict[str, Any], found: list[Candidate]) -> list[Duplicate]:
    """Candidates worth a human look, the likeliest first."""
    asked = request.get("person") or {}
    weighed = [(candidate, reasons(asked, candidate)) for candidate in found]
    shown = [
        Duplicate(id=candidate.dossier, score=round(_score(asked, candidate, because), 2), because=because)
        for candidate, because in weighed
        if TELLING & set(because)
    ]
    return sorted(shown, key=lambda duplicate: -duplicate.score)


def events(request: dict[str, Any], agency: Agency, dossier: UUID, registration_id: str) -> list[dict[str, Any]]:
    """The CloudEvents that open the dossier."""
    at = request.get("time") or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return registration_events(dossier, agency, registration_id, at, request)


def _score(asked: dict[str, Any], candidate: Candidate, because: list[str]) -> float:
    namesake = WEIGHTS["name"] * similarity(_name(asked), _name(candidate.person)) if "similar name" in because else 0.0
    likely = namesake + sum(WEIGHTS.get(reason, 0.0) for reason in because)
    return max(0.0, min(0.99, likely) - (0.5 if "other birth date" in because else 0.0))


def _name(person: dict[str, Any]) -> str:
    return fold(f"{person.get('given_name', '')} {person.get('family_name', '')}")


def _digits(phone: str) -> str:
    """A telephone number as it is compared: +32 and 0032 are 0, gaps and signs are nothing."""
    digits = "".join(c for c in phone.replace("+", "00") if c.isdigit())
    return "0" + digits[4:].removeprefix("0") if digits.startswith("0032") else digits


def _number(request: dict[str, Any]) -> str | None:
    number = (request.get("enterprise") or {}).get("legal_identifier")
    return enterprise_number.normalise(number) if number else None


def _person(dossiers: Dossiers, dossier: UUID) -> dict[str, Any]:
    history = dossiers.history(dossier, AsOf(), personal=True)
    return (person_of(history) if history else None) or {}
