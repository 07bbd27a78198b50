"""The command itself: what it loads for which of its commands."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from typer import Typer

from api.command_line.main import COMMANDS, app


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
