"""Checkpoints as clients read them, and bundles as they check them."""

from __future__ import annotations

import time
from pathlib import Path

from tests.contract.client import Client
from tests.contract.running import Running

from dossier.verification.note import Checkpoint, read_key, verify_checkpoint


def latest(http: Client, at_least: int = 0, log: str = "/v1/log") -> Checkpoint:
    """The verified checkpoint of a series, once it covers so many entries."""
    key = read_key(http.get(f"{log}/vkey").text)
    deadline = time.monotonic() + 30
    while True:
        found = verify_checkpoint(http.get(f"{log}/checkpoint").text, key)
        if found.size >= at_least:
            return found
        assert time.monotonic() < deadline, "it is not sealed"
        time.sleep(0.05)


def verified(running: Running, path: Path, *options: str, key: str | None = None) -> tuple[int, str, str]:
    vkey = key or running.run("audit", "key", "show")
    done = running.offline("audit", "verify", str(path), "--key", vkey, *options)
    return done.returncode, done.stdout, done.stderr
