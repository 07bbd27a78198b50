"""Length: a second stream of a million events is taken in the memory of the first.

Of the dossiers lately written to the writer remembers 50,000: the first million fills that.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx

from benchmarks.events import SPAN, stream
from benchmarks.house import House, house, serving
from benchmarks.row import Row, row

MIB = 1 << 10
ALLOWED_MIB = 64.0
DOSSIERS_AT_ONCE = 500
LONG, QUICK = 1_000_000, 200_000


def long_stream(*, quick: bool) -> list[Row]:
    """Valid events as NDJSON over HTTP in one request: how fast, and the server's peak memory beside a short one's."""
    count = QUICK if quick else LONG
    with house() as at, serving(at.data, projecting=False) as port:
        server = _server(at)
        _sent(port, at.agency, count)
        first = _peak(server)
        started = time.perf_counter()
        _sent(port, at.agency, count)
        rate, long = count / (time.perf_counter() - started), _peak(server)
    name, said = (
        f"long-stream-{count // 1000}k",
        f"one stream of {count} valid events, while the sealer and projector rest",
    )
    return [
        row(f"{name}-memory", [long], [first], "MiB", f"at most {ALLOWED_MIB:.0f} MiB more",
            lambda mine, _: mine - first < ALLOWED_MIB, "peak of the server after two; baseline: after one"),
        row(name, [rate], [rate], "events/s", "told, not promised", lambda *_: True, said),
    ]  # fmt: skip


def _sent(port: int, token: str, count: int) -> None:
    """Send so many events; neither they nor their answers are ever whole in this process."""
    run, accepted, rest = uuid4().hex[:8], 0, b""

    def blocks() -> Iterator[bytes]:
        for number in range(count // (DOSSIERS_AT_ONCE * SPAN)):
            yield b"\n".join(stream(f"{run}{number}", DOSSIERS_AT_ONCE)) + b"\n"

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    with httpx.stream(
        "POST", f"http://127.0.0.1:{port}/v1/events", content=blocks(), headers=headers, timeout=600
    ) as answer:
        for block in answer.iter_raw():
            *lines, rest = (rest + block).split(b"\n")
            accepted += sum(b'"status":201' in line for line in lines)
    assert accepted + (b'"status":201' in rest) == count, accepted


def _server(at: House) -> int:
    found = subprocess.run(["pgrep", "-f", f"benchmarks.serve {at.data}"], capture_output=True, check=True, text=True)
    return int(found.stdout.split()[0])


def _peak(process: int) -> float:
    """The most memory a process has held since it was last forgotten, in MiB. Source: proc(5)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) / MIB
