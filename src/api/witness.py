"""A witness of the log: remembers the last checkpoint it saw, and cosigns only what continues it.

What it keeps (its key, the log's key, the last checkpoint) is its own, in a directory apart from the log's. It trusts
the log's server with nothing: every checkpoint is verified, and its consistency with the last one seen.
By the vkey of the access ledger, or of the register's deeds, it is a witness of those instead.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from dossier.sealing.keys import COSIGNATURE, Signer, write_secret
from dossier.sealing.series import series_of
from dossier.verification import strict_json
from dossier.verification.merkle import verify_consistency
from dossier.verification.note import LARGEST, Checkpoint, Key, read_key, read_note, verify_checkpoint
from dossier.verification.wrong import Wrong, expect, unbase64

SECONDS = 30.0
"""How long a request may take."""
LONGEST = LARGEST * 4
"""Bytes an answer may have."""
HASHES = 128
"""Hashes a proof may have: twice what the largest log needs."""


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

    def log_keys(self, given: str | None) -> list[Key]:
        """The log's vkeys, the one to check by first: the one given, before those its checkpoints were checked by.

        Raises ValueError when there is none, or when the one given is not of the log that is kept here.
        """
        kept = self._read("log.vkey").split()
        keys = [read_key(vkey) for vkey in ([given] if given else []) + kept]
        if not keys:
            raise ValueError("give the log's vkey with --vkey, as its operator published it")
        if keys[0].name != keys[-1].name:
            raise ValueError(f"{self.directory} witnesses {keys[-1].name}: another log needs a directory of its own")
        return keys

    @property
    def last(self) -> str | None:
        """The last checkpoint seen, as a note."""
        return self._read("checkpoint") or None

    @property
    def cosigned(self) -> str:
        """The text of the last checkpoint whose cosignature the log took; empty before the first."""
        return self._read("cosigned")

    def see(self, note: str, vkey: str | None) -> None:
        """Remember a checkpoint, on disk, before it is cosigned; first the key it holds by, when that is a new one."""
        kept = self._read("log.vkey").split()
        if vkey and vkey.strip() not in kept:
            self._keep("log.vkey", "\n".join([vkey.strip(), *kept]) + "\n")
        self._keep("checkpoint", note)

    def took(self, text: str) -> None:
        """Remember that the log took the cosignature of this checkpoint."""
        self._keep("cosigned", text)

    def evidence(self, note: str) -> Path:
        """Keep a checkpoint that denies the last one: the two together show that the log forked."""
        self._keep("fork", note)
        return self.directory / "fork"

    def _read(self, name: str) -> str:
        file = self.directory / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

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
        self.vkey = vkey
        self.key, *self.former = self.state.log_keys(vkey)
        self.of = series_of(self.key.name)
        self.place = f"/v1{self.of.suffix}/log"
        self._http = httpx.Client(
            base_url=address, timeout=SECONDS, transport=transport, headers={"accept-encoding": "identity"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def follow(self, every: float) -> Iterator[str]:
        """Look again and again; a line for each checkpoint cosigned. Raises Fork, and ValueError when it is not known.

        What is out of reach, and an answer that says nothing of the log, are told and waited out.
        """
        while True:
            try:
                yield from self.look(again=False)
            except httpx.HTTPError as error:
                yield f"the log cannot be reached: {type(error).__name__}"
            except Fork:
                raise
            except Wrong as wrong:
                yield f"nothing is cosigned: {wrong}"
            time.sleep(every)

    def look(self, *, again: bool = True) -> Iterator[str]:
        """Fetch, check and cosign the latest checkpoint; nothing when the log took that one before, unless `again`.

        Raises Fork; Wrong for an answer that is none; ValueError when the log does not take the cosignature.
        """
        text = self._ask("GET", f"{self.place}/checkpoint", LONGEST)
        note, seen = read_note(text), self.state.last
        latest = verify_checkpoint(text, self.key)
        if seen is not None:
            self._check(self._kept(seen), latest, text)
        if text != seen:
            self.state.see(text, self.vkey)
        if note.text == self.state.cosigned and not again:
            return
        line = self.signer.cosign(note.text, int(time.time()))
        self._ask("POST", "/v1/log/witness", LONGEST, content=(text + line).encode(), headers=PLAIN)
        self.state.took(note.text)
        yield f"cosigned {latest.size} {self.of.entries}, root {note.text.splitlines()[2]}"

    def _kept(self, seen: str) -> Checkpoint:
        """The last checkpoint seen, which one of the keys kept with it signed: the log may have another by now."""
        keys = {(key.name, key.id): key for key in (self.key, *self.former)}
        signers = [keys[one.name, one.id] for one in read_note(seen).signatures if (one.name, one.id) in keys]
        return verify_checkpoint(seen, signers[0] if signers else self.key)

    def _check(self, before: Checkpoint, latest: Checkpoint, text: str) -> None:
        """That the latest checkpoint continues the last one seen. Raises Fork, and keeps the evidence."""
        proof = self._proof(before.size, latest.size) if 0 < before.size < latest.size else []
        try:
            expect(latest.size >= before.size, f"the log shrank from {before.size} to {latest.size} events")
            if latest.size == before.size:
                expect(latest[2:] == before[2:], f"there are two logs of {latest.size} events")
            elif before.size:
                verify_consistency(before.size, latest.size, proof, before.root, latest.root)
        except Wrong as wrong:
            kept = self.state.evidence(text)
            raise Fork(f"this log forked, nothing is cosigned: {wrong}; the evidence is in {kept}") from None

    def _proof(self, old: int, size: int) -> list[bytes]:
        """The hashes the log gives as a proof, whether they are one or not. Raises Wrong when it gives none."""
        asked = {"from": str(old), "to": str(size)}
        answer = self._ask("GET", f"{self.place}/proof/consistency", LONGEST, params=asked)
        document = strict_json.read(answer.encode(), "the log's answer")
        found = document.get("proof") if isinstance(document, dict) else None
        if not isinstance(found, list) or len(found) > HASHES:
            raise Wrong("the log gives no proof of consistency")
        return [unbase64(part, "a hash of the proof", 32) for part in found]

    def _ask(self, method: str, address: str, limit: int, **more: Any) -> str:
        """An answer's text, of at most `limit` bytes, none read past those, and within the time a request may take.

        Raises httpx.HTTPError when the log cannot be reached or is busy (429, 5xx), ValueError for a refusal.
        """
        until, content = time.monotonic() + SECONDS, b""
        with self._http.stream(method, address, **more) as answer:
            if answer.status_code == 429 or answer.status_code >= 500 or (method == "GET" and not answer.is_success):
                answer.raise_for_status()
            expect("content-encoding" not in answer.headers, "the log's answer is packed, which was not asked for")
            for part in answer.iter_bytes():
                content += part
                expect(len(content) <= limit, "the log's answer is too long")
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer takes too long")
        text = content.decode("utf-8", "replace")
        if answer.status_code != 200:
            raise ValueError(f"the log did not take the cosignature: {text[:300]}")
        return text


PLAIN = {"content-type": "text/plain; charset=utf-8"}
