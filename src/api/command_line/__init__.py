"""The command `dossier`: one module a group of commands."""

from api.command_line.main import code_of, main, program

__all__ = ["code_of", "main", "program"]
