"""A witness of the log: remembers the last checkpoint it saw, and cosigns only what continues it.

What it keeps (its key, the log's key, the last checkpoint) is its own, in a directory apart from the log's. It trusts
the log's server with nothing: every checkpoint is verified, and its consistency with the last one seen.
By the vkey of the access ledger it is a witness of that instead.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from dossier.sealing.keys import COSIGNATURE, Signer, write_secret
from dossier.verification.merkle import verify_consistency
from dossier.verification.note import LARGEST, Checkpoint, read_key, read_note, verify_checkpoint
from dossier.verification.wrong import Wrong, expect, unbase64

SECONDS = 30.0
"""How long a request may take."""


class Fork(Wrong):
    """The log shows two histories: it signed a checkpoint that does not continue the last one seen."""


class WitnessState:
    """What a witness keeps."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def signer(self, name: str | None) -> Signer:
        """Its key, made the first time under a name."""
        file = self.directory / "witness.key"
        if not file.exists():
            if not name:
                raise ValueError(f"there is no key in {self.directory}: give it a name with --name")
            self._keep("witness.key", Signer.new(name, COSIGNATURE).text + "\n")
        return Signer.read(file.read_text(encoding="utf-8").strip())

    def log_key(self, given: str | None) -> str:
        """The log's vkey: given the first time, and the same from then on."""
        file = self.directory / "log.vkey"
        kept = file.read_text(encoding="utf-8").strip() if file.exists() else None
        if given is None and kept is None:
            raise ValueError("give the log's vkey with --vkey, as its operator published it")
        if given is not None and given.strip() != kept:
            self._keep("log.vkey", given.strip() + "\n")
        return given or kept or ""

    @property
    def last(self) -> str | None:
        """The last checkpoint seen, as a note."""
        file = self.directory / "checkpoint"
        return file.read_text(encoding="utf-8") if file.exists() else None

    def see(self, note: str) -> None:
        """Remember a checkpoint, on disk, before it is cosigned."""
        self._keep("checkpoint", note)

    def evidence(self, note: str) -> Path:
        """Keep a checkpoint that denies the last one: the two together show that the log forked."""
        self._keep("fork", note)
        return self.directory / "fork"

    def _keep(self, name: str, text: str) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(self.directory / name, text)


class Witness:
    """One witness of one log; close it."""

    def __init__(
        self,
        address: str,
        directory: Path,
        *,
        vkey: str | None,
        name: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.state = WitnessState(directory)
        self.signer = self.state.signer(name)
        self.key = read_key(self.state.log_key(vkey))
        self.place = "/v1/readings/log" if self.key.name.endswith("/readings") else "/v1/log"
        self._http = httpx.Client(base_url=address, timeout=SECONDS, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def follow(self, every: float) -> Iterator[str]:
        """Look again and again; a line for each checkpoint cosigned. Raises Fork; waits out what is out of reach."""
        while True:
            try:
                yield from self.look(again=False)
            except httpx.HTTPError as error:
                yield f"the log cannot be reached: {type(error).__name__}"
            time.sleep(every)

    def look(self, *, again: bool = True) -> Iterator[str]:
        """Fetch, check and cosign the latest checkpoint; nothing when it is the last one seen, unless `again`."""
        text = self._get(f"{self.place}/checkpoint", LARGEST * 4)
        note = read_note(text)
        seen = self.state.last
        if seen is not None and read_note(seen).text == note.text and not again:
            return
        latest = verify_checkpoint(text, self.key)
        if seen is not None:
            self._check(verify_checkpoint(seen, self.key), latest, text)
        self.state.see(text)
        line = self.signer.cosign(note.text, int(time.time()))
        answer = self._http.post("/v1/log/witness", content=(text + line).encode(), headers=PLAIN)
        if answer.status_code != 200:
            raise ValueError(f"the log did not take the cosignature: {answer.text[:300]}")
        yield f"cosigned {latest.size} events, root {note.text.splitlines()[2]}"

    def _check(self, before: Checkpoint, latest: Checkpoint, text: str) -> None:
        """That the latest checkpoint continues the last one seen. Raises Fork, and keeps the evidence."""
        try:
            expect(latest.size >= before.size, f"the log shrank from {before.size} to {latest.size} events")
            if latest.size == before.size:
                expect(latest[2:] == before[2:], f"there are two logs of {latest.size} events")
            elif before.size:
                proof = self._proof(before.size, latest.size)
                verify_consistency(before.size, latest.size, proof, before.root, latest.root)
        except Wrong as wrong:
            kept = self.state.evidence(text)
            raise Fork(f"this log forked, nothing is cosigned: {wrong}; the evidence is in {kept}") from None

    def _proof(self, old: int, size: int) -> list[bytes]:
        answer = self._http.get(f"{self.place}/proof/consistency", params={"from": old, "to": size})
        answer.raise_for_status()
        found = answer.json().get("proof")
        expect(isinstance(found, list) and len(found) <= 128, "the log gives no proof of consistency")
        return [unbase64(part, "a hash of the proof", 32) for part in found]

    def _get(self, address: str, limit: int) -> str:
        answer = self._http.get(address)
        answer.raise_for_status()
        expect(len(answer.content) <= limit, "the log's answer is too long")
        return answer.text


PLAIN = {"content-type": "text/plain; charset=utf-8"}
