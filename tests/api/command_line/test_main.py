"""The command itself: what it loads for which of its commands."""

from __future__ import annotations

from importlib import import_module

from api.command_line.main import ALONE, MODULES, app


def test_a_command_that_is_loaded_alone_is_in_the_module_named_for_it() -> None:
    for module in MODULES:
        import_module(f"api.command_line.{module}")
    found = {
        command.name or _called(command.callback): _module(command.callback) for command in app.registered_commands
    }
    for group in app.registered_groups:
        assert group.typer_instance is not None
        modules = {_module(command.callback) for command in group.typer_instance.registered_commands}
        found[group.name or ""] = modules.pop() if len(modules) == 1 else "several"
    assert ALONE.items() <= found.items()


def _called(callback: object) -> str:
    return str(getattr(callback, "__name__", ""))


def _module(callback: object) -> str:
    return str(getattr(callback, "__module__", "")).rpartition(".")[2]
