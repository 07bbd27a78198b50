"""Every command that README and the tutorial show is run against a fresh service, and prints what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.running import Running
from tests.docs.console import DOCS, ROOT, Step, agrees, run, steps

PAGES = {"README": ROOT / "README.md", "tutorial": DOCS / "tutorial.md"}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """What `scripts/run` starts."""
    service = Running(tmp_path_factory.mktemp("docs") / "data")
    service.start("--demo")
    yield service
    service.stop()


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_the_page_says(page: str, demonstration: Running) -> None:
    commands = steps(PAGES[page])
    assert commands
    printed = run(commands, demonstration.url, demonstration.data)
    assert len(printed) == len(commands)
    for step, output in zip(commands, printed, strict=True):
        assert agrees(step.expected, output), f"$ {step.command}\n{output}\n--- the page says\n{step.expected}"


@pytest.mark.parametrize(
    ("expected", "printed", "agreed"),
    [
        ('{"position":"1","n":2}', '{"position":"77","n":2}\n', True),
        ('{"position":"1","n":2}', '{"position":"77","n":3}', False),
        ("a ... z", "a b\nc z", True),
        ("", "dossier: no such thing", False),
    ],
)
def test_only_what_no_two_runs_share_may_differ(expected: str, printed: str, agreed: bool) -> None:
    assert agrees(expected, printed) is agreed


def test_a_command_may_go_on_over_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo a \\\n>   b\na b\n$ true\n```\n")
    assert steps(page) == [Step("echo a \\\n  b", "a b\n"), Step("true", "")]
