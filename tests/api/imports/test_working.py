"""The process of imports: what a nasty file may take of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from api.imports import working

TAKING = """
from api.imports.working import bound
bound(512 << 20)
kept = bytearray(64 << 20)
try:
    bytearray(1 << 30)
except MemoryError:
    print("bound")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not hold a process to it")
def test_the_process_of_imports_takes_a_part_of_the_memory_alone() -> None:
    done = subprocess.run([sys.executable, "-c", TAKING], capture_output=True, text=True, check=False)
    assert done.stdout == "bound\n", done.stderr


def test_a_file_that_takes_all_of_it_ends_the_process_and_not_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next process counts that it began again, and gives it up when that was too often."""
    ended: list[Any] = []

    @contextmanager
    def held(*_: Any) -> Iterator[bool]:
        yield True

    def leave(status: int) -> None:
        raise SystemExit(status)

    def unfolding(*_: Any) -> None:
        raise MemoryError

    runs = SimpleNamespace(get=lambda _: object(), start=lambda _: 1, end=lambda *said: ended.append(said))
    for name, instead in (("held", held), ("_import", unfolding)):
        monkeypatch.setattr(working, name, instead)
    monkeypatch.setattr(os, "_exit", leave)
    opened: Any = SimpleNamespace(database=SimpleNamespace(app=""))
    with pytest.raises(SystemExit) as caught:
        working._do(opened, runs, SimpleNamespace(), uuid4(), SimpleNamespace())  # type: ignore[arg-type]  # stand-ins
    assert caught.value.code == working.NO_MEMORY
    assert not ended
