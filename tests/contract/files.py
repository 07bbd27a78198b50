"""Files that organisations import in the contract tests, and how they are sent."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import httpx
from tests.contract.client import Client, fresh_number

MAPPING = """
version: 1
name: contacts
about: Contacts of a desk
file: {format: csv}
columns:
  ref: [Référence, Referentie]
  number: [Numéro d'entreprise, Ondernemingsnummer]
  day: [Date, Datum]
  note: [Note, Nota]
dossier: {enterprise: number, opened_at: {date: day, formats: [dd/mm/yyyy, d month yyyy]}}
tables: {channels: {Tél.: phone}}
events:
  - type: contact-made
    id: "{ref}"
    time: {date: day, formats: [dd/mm/yyyy, d month yyyy]}
    data: {channel: {constant: phone}, note: {text: note, optional: true}}
"""
HEADER = "REFERENTIE;Ondernemingsnummer;Datum;Nota\r\n"


def row(ref: object, number: str | None = None, day: str = "31 déc. 2024", note: str = "Zoé Vandenabeele rang") -> str:
    """A line of the file; the number is written as in Belgium."""
    digits = number or fresh_number()
    return f"{ref};{digits[:4]}.{digits[4:7]}.{digits[7:]};{day};{note}\r\n"


def table(rows: Iterable[str]) -> bytes:
    """A file as a Belgian spreadsheet saves it."""
    return (HEADER + "".join(rows)).encode("cp1252")


def send(http: Client, file: bytes, mapping: str = MAPPING, **fields: str) -> httpx.Response:
    """A file as a form."""
    return http.post(
        "/v1/imports", files={"file": ("contacts.csv", file, "text/csv")}, data={"mapping": mapping, **fields}
    )


def ended(http: Client, response: httpx.Response, seconds: float = 60) -> dict[str, Any]:
    """The status of an import once it has ended."""
    assert response.status_code == 202, response.text
    deadline = time.monotonic() + seconds
    while True:
        status: dict[str, Any] = http.get(response.headers["location"]).json()
        if status["status"] in ("done", "failed"):
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
