"""The command itself: what it loads for which of its commands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from tests.contract.running import COMMAND, Running
from typer import Typer

from api.command_line.main import COMMANDS, app, in_a_line
from dossier.refusals import refused


def test_each_command_is_in_the_modules_that_are_loaded_for_it() -> None:
    for module in COMMANDS:
        import_module(f"api.command_line.{module}")
    found: dict[str, set[str]] = {module: set() for module in COMMANDS}
    for command in app.registered_commands:
        found[_module(command.callback)].add(command.name or _called(command.callback))
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for module in _modules(group.typer_instance):
            found[module].add(group.name or "")
    assert {module: set(names) for module, names in COMMANDS.items()} == found


def _modules(group: Typer) -> Iterator[str]:
    """Where the commands of a group are, and of the groups in it."""
    for command in group.registered_commands:
        yield _module(command.callback)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _modules(inner.typer_instance)


def _called(callback: object) -> str:
    return str(getattr(callback, "__name__", ""))


def _module(callback: object) -> str:
    return str(getattr(callback, "__module__", "")).rpartition(".")[2]


def test_a_refusal_tells_its_places_in_the_line_where_an_answer_has_them_beside_it() -> None:
    told = refused("invalid", "It is not valid; `errors` says where.", ("/a", "no day"), ("/b", "no number"))
    assert in_a_line(told.refusal) == "It is not valid; /a: no day; /b: no number."
    assert in_a_line(refused("not-found", "There is none.", ("/a", "gone")).refusal) == "There is none."


def test_what_cannot_be_printed_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1, done.stderr


PROGRAM = """
import atexit, sys
from importlib import import_module
command = import_module("api.command_line.main")
command.main = lambda: {}
command.program()
"""


def test_a_command_that_breaks_says_where_and_is_no_success() -> None:
    """It ends as any program of Python does: nothing is cut off."""
    done = program("1 / 0")
    assert (done.returncode, "ZeroDivisionError" in done.stderr) == (1, True)


def test_what_is_to_be_done_at_the_end_of_a_command_is_done() -> None:
    """Though Python does not take apart what was loaded."""
    done = program("(atexit.register(print, 'done'), sys.exit(3))")
    assert (done.returncode, done.stdout) == (3, "done\n"), done.stderr


def program(command: str) -> subprocess.CompletedProcess[str]:
    """What comes of the program when its command is this."""
    text = PROGRAM.format(command)
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["audit", "figure", "nofile.json"],
            "nofile.json: No such file or directory: look whether it is spelt rightly",
        ),
        (["audit", "figure", "."], ".: Is a directory: name a file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(words: list[str], told: str) -> None:
    done = Running.offline(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"dossier: {told}"), done.stderr
