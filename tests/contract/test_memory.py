"""A stream of any length is taken in the same memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.client import STREAM, Poster
from tests.contract.running import Running

LINE = b'{"specversion": "1.0", "id": "' + b"x" * 400 + b'"}\n'
SHORT, LONG = 10_000, 120_000
ALLOWED = 24 << 10
"""KiB by which the peak may move: a few chunks on their way, and what the allocator keeps. The long stream is 53 MiB,
and its answers as much again."""


def peak(running: Running) -> int:
    """The most memory the server has held since `forgotten`, in KiB."""
    assert running.process is not None
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{running.process.pid}/status").read_text())
    assert found is not None
    return int(found[1])


def forgotten(running: Running) -> None:
    """Begin to measure the peak anew. Source: proc(5), clear_refs."""
    assert running.process is not None
    Path(f"/proc/{running.process.pid}/clear_refs").write_text("5")


def sent(hub: Poster, count: int) -> int:
    """Send a stream of so many lines; how many answers came. Neither is ever whole in this process."""

    def blocks() -> Iterator[bytes]:
        for _ in range(count // 1_000):
            yield LINE * 1_000

    with hub.http.stream("POST", "/v1/events", content=blocks(), headers=STREAM) as response:
        return sum(block.count(b"\n") for block in response.iter_raw())


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel does not tell the peak of a process")
def test_memory_does_not_grow_with_the_lines_of_a_stream(running: Running, hub: Poster) -> None:
    assert sent(hub, SHORT) == SHORT
    forgotten(running)
    before = peak(running)
    assert sent(hub, LONG) == LONG
    assert peak(running) - before < ALLOWED
