"""The command `dossier`: one module a group of commands."""

from api.command_line.main import main

__all__ = ["main"]
