"""The pages on exported files, notebooks and backups: their commands and their Python do what the pages say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.running import Running
from tests.docs.console import DOCS, agrees, run, run_python, steps

SAYS = {"export-the-log": "aid-", "analyse-in-a-notebook": "'grant': "}
"""What the Python of a page prints at least."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A small demo population, served."""
    service = Running(tmp_path_factory.mktemp("files") / "data")
    service.start()
    service.run("demo", "--dossiers", "60")
    yield service
    service.stop()


@pytest.mark.parametrize("page", [*SAYS, "back-up-and-restore"])
def test_the_page_does_what_it_says(page: str, served: Running, tmp_path: Path) -> None:
    text = DOCS / "how-to" / f"{page}.md"
    commands = steps(text)
    assert commands
    printed = run(commands, served.url, served.data, tmp_path)
    assert len(printed) == len(commands)
    for step, output in zip(commands, printed, strict=True):
        assert agrees(step.expected, output), f"$ {step.command}\n{output}\n--- the page says\n{step.expected}"
    if page in SAYS:
        done = run_python(text, served.url, tmp_path)
        assert done.returncode == 0, done.stderr
        assert SAYS[page] in done.stdout
