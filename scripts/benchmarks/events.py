"""The events that are measured: believable ones, of many types, one in five with personal fields."""

from __future__ import annotations

from uuid import UUID, uuid5

import orjson

SPACE = UUID("6c1c1c4e-3c0e-5b1c-9c53-6a3f9c7f9b11")
SOURCE = "https://hub.brussels/bench"
SPAN = 20


def dossier_id(run: str, number: int) -> UUID:
    """The id of a measured dossier."""
    return uuid5(SPACE, f"{run}/{number}")


def event(run: str, dossier: int, turn: int) -> bytes:
    """The `turn`-th event of a dossier as a CloudEvent; turn 0 opens it."""
    name, data = _turn(dossier, turn)
    day = f"20{16 + turn // 3:02d}-{1 + dossier % 12:02d}-{1 + (dossier + turn) % 28:02d}"
    return orjson.dumps({
        "specversion": "1.0", "id": f"{run}-{dossier}-{turn}", "source": SOURCE, "type": f"brussels.dossier.{name}.v1",
        "subject": str(dossier_id(run, dossier)), "time": f"{day}T00:00:00Z", "data": data,
    })  # fmt: skip


Fact = tuple[str, dict[str, object]]
NOTE = "What was said, and what comes next."


def _turn(dossier: int, turn: int) -> Fact:
    nace = {"version": "2008", "code": "62010" if dossier % 4 == 0 else "56101"}
    person = {"given_name": "Ada", "family_name": f"Nr {dossier}", "language": "fr"}
    session = {"topic": ["finance"], "minutes": 60, "mode": "on-site", "coach_role": "adviser", "note": NOTE}
    turns: dict[int, Fact] = {
        0: ("dossier-opened", {"person": person, "language": "fr"}),
        1: ("project-described", {"nace": nace, "stage": "idea"}),
        2: ("phase-declared", {"phase": "pre-creation"}),
        3: ("coaching-session-held", session),
        10: ("phase-declared", {"phase": "creation"}),
        18: ("phase-declared", {"phase": "post-creation"}),
    }
    return turns.get(turn) or _cycle(f"a{dossier}-{turn // 4}")[turn % 4]


def _cycle(application: str) -> list[Fact]:
    name: dict[str, object] = {"application_id": application}
    basis: dict[str, object] = {"legal_basis": "de-minimis"}
    return [
        ("aid-applied", {**name, **basis, "scheme": "export", "instrument": "grant", "amount": "12000.00"}),
        ("aid-decided", {**name, **basis, "outcome": "granted", "amount": "10000.00"}),
        ("aid-paid", {**name, "amount": "5000.00"}),
        ("contact-made", {"channel": "phone", "topic": "follow-up", "note": NOTE}),
    ]


def stream(run: str, dossiers: int, span: int = SPAN) -> list[bytes]:
    """Events in the order they happen: the first of every dossier, then the second of every one, in blocks."""
    block = 500
    lines: list[bytes] = []
    for start in range(0, dossiers, block):
        for turn in range(span):
            lines += [event(run, number, turn) for number in range(start, min(start + block, dossiers))]
    return lines
