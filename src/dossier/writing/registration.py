"""Registration: opening a dossier for an entrepreneur, as the events it is made of."""

from __future__ import annotations

import os
import time
from typing import Any
from uuid import UUID

from dossier.agencies import Agency
from dossier.catalogue.fact import PREFIX


def new_dossier_id() -> UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, so that its index stays compact."""
    random = int.from_bytes(os.urandom(10))
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62
    return UUID(int=value | random & (1 << 62) - 1)


def registration_events(
    dossier: UUID, agency: Agency, registration_id: str, at: str, request: dict[str, Any]
) -> list[dict[str, Any]]:
    """A registration request (as in the contract, already checked) -> the CloudEvents that open the dossier.

    Their ids start with the registration's own, so that the same registration sent again is the same events.
    """
    person = request.get("person")
    opened = {"person": person, "channel": request.get("channel"), "language": (person or {}).get("language")}
    parts = [
        ("dossier-opened", opened),
        ("enterprise-linked", request.get("enterprise")),
        ("project-described", request.get("project")),
        ("phase-declared", {"phase": request["phase"]} if request.get("phase") else None),
    ]
    return [
        {
            "specversion": "1.0",
            "id": f"{registration_id}/{name}",
            "source": f"{agency.source_prefix.rstrip('/')}/registrations",
            "type": f"{PREFIX}{name}.v1",
            "subject": str(dossier),
            "time": at,
            "data": {key: value for key, value in data.items() if value is not None},
        }
        for name, data in parts
        if data is not None
    ]
