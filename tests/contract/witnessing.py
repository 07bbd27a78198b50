"""A witness as another program would be one: it cosigns what the log serves."""

from __future__ import annotations

import httpx

from dossier.sealing.keys import COSIGNATURE, Signer
from dossier.verification.note import read_note

WITNESS = Signer.new("witness.example/hub", COSIGNATURE)
SECONDS = 1_795_000_000


def cosigned(http: httpx.Client, witness: Signer = WITNESS) -> str:
    """The latest checkpoint with a cosignature under it."""
    note = http.get("/v1/log/checkpoint").text
    return note + witness.cosign(read_note(note).text, SECONDS)
