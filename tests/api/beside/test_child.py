"""A child ends with its parent, whatever ends that and however far the child has come."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.running import children, lives
from tests.turn import eventually

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, time
from api.beside.child import Child, keeping, nothing_left

def main():
    with nothing_left(), keeping(Child("child", "tests.api.beside.slow", ())):
        time.sleep(0.5)
        print("there", flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process whose child is still importing what it works with."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script)], cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        yield process
        process.kill()


def started_by(parent: int) -> list[int]:
    """All that a process started, once its child is there: that child, what forked it, and what counts what is shared.

    The child is then at its import, which takes a minute.
    """
    found: list[int] = []

    def there() -> bool:
        found[:] = [*children(parent), *(grandchild for child in children(parent) for grandchild in children(child))]
        return len(found) >= 3

    eventually(there)
    assert len(found) == 3
    return found


def test_a_child_that_is_still_starting_ends_with_a_parent_that_was_killed(parent: subprocess.Popen[str]) -> None:
    started = started_by(parent.pid)
    parent.kill()
    parent.wait()
    eventually(lambda: not any(lives(process) for process in started))


def test_when_a_parent_ends_in_order_nothing_is_left(parent: subprocess.Popen[str]) -> None:
    started = started_by(parent.pid)
    assert parent.stdin is not None
    parent.stdin.close()
    assert parent.wait() == 0
    assert [process for process in started if lives(process)] == []
