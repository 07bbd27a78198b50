"""The command `dossier` and how its failures are told: one line that says what to do."""

from __future__ import annotations

import atexit
import errno
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from dossier.collection import collect_seldom
from dossier.refusals import Refusal, Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
agency = typer.Typer(no_args_is_help=True, help="The organisations that post events.")
indicators = typer.Typer(no_args_is_help=True, help="The impact statistics.")
rules = typer.Typer(no_args_is_help=True, help="The rules figures are made by.")
vocabulary = typer.Typer(no_args_is_help=True, help="The agencies' own words, and what they stand for.")
app.add_typer(agency, name="agency")
app.add_typer(indicators, name="indicators")
generations = typer.Typer(no_args_is_help=True, help="The generations of what is read.")
app.add_typer(rules, name="rules")
app.add_typer(generations, name="generations")
app.add_typer(vocabulary, name="vocabulary")
audit = typer.Typer(no_args_is_help=True, help="Proofs: export them, check them, check the whole log.")
key = typer.Typer(no_args_is_help=True, help="The keys that sign for this log.")
witness = typer.Typer(help="Witnesses, who cosign checkpoints.")
app.add_typer(audit, name="audit")
audit.add_typer(key, name="key")
app.add_typer(witness, name="witness")
errors = Console(stderr=True)
COMMANDS = {
    "auditing": ("audit",),
    "data": ("demo", "import", "import-register"),
    "keeping": ("backup", "export", "restore"),
    "log_keys": ("audit",),
    "organisations": ("agency",),
    "publishing": ("report",),
    "reading": ("de-minimis", "indicators"),
    "recounting": ("audit",),
    "regenerating": ("generations", "rebuild"),
    "replaying": ("replay",),
    "rehearsals": ("rules",),
    "rules_cycle": ("rules",),
    "sending": ("send",),
    "serving": ("serve", "settings", "token", "withdraw"),
    "vocabularies": ("vocabulary",),
    "witnessing": ("witness",),
}
"""The modules, and the commands and groups that each adds its own to: loading all of them costs half a second."""


TO_DO = {
    errno.ENOENT: "look whether it is spelt rightly, and whether its directory is there",
    errno.EISDIR: "name a file",
    errno.ENOTDIR: "name a file in a directory",
    errno.EEXIST: "name another, or remove it first",
    errno.ENOSPC: "make room, and run this again",
}
OTHERWISE = "let this account read or write it, or name another"
"""What to do about a file that the system refuses, by the system's own number for why."""


def program() -> None:
    """The program `dossier`: a command in a process of its own, which then ends at once.

    Python would take apart all that was loaded, object by object: up to a second of a processor, for nobody.
    """
    codes: list[int] = []
    atexit.register(_leave, codes)  # registered first, it runs last
    try:
        main()
        codes.append(0)
    except SystemExit as end:
        codes.append(code_of(end))
        raise


def _leave(codes: list[int]) -> None:
    """End with the code of the command; where it broke, or what it printed cannot be written, as Python does."""
    if codes:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(codes[0])


def code_of(end: SystemExit) -> int:
    """The exit code that an end of a command means."""
    return end.code if isinstance(end.code, int) else int(end.code is not None)


def main() -> None:
    """Run a command: exit 0 on success, 1 on a refusal, 2 on wrong usage."""
    collect_seldom()  # before the imports: what they make stays, and looking through it was a fourth of a start
    load(sys.argv[1] if len(sys.argv) > 1 else None)
    try:
        app()
    except Refused as error:
        refuse(in_a_line(error.refusal))
    except Exception as error:
        if not isinstance(error, refusals()):
            raise
        if isinstance(error, OSError) and isinstance(error.filename, str) and error.strerror:
            refuse(f"{error.filename}: {error.strerror}: {TO_DO.get(error.errno or 0, OTHERWISE)}")
        refuse(" ".join(str(error).split()) or type(error).__name__)


def in_a_line(refusal: Refusal) -> str:
    """What a refusal says, with its `errors` in the place where it sends a program to them."""
    places = "; ".join(f"{pointer}: {said}" for pointer, said in refusal.errors)
    return refusal.detail.replace("`errors` says where", places) if places else refusal.detail


def load(command: str | None) -> None:
    """Have a command known: the modules it is in, or all of them where there is none such."""
    modules = [module for module, names in COMMANDS.items() if command in names]
    for module in modules or COMMANDS:
        import_module(f"api.command_line.{module}")


def refusals() -> tuple[type[Exception], ...]:
    """The failures whose message says what to do. Loaded when there is one: most of a command's start is loading."""
    from api.imports.problems import FileRefused, MappingRefused
    from dossier.database.errors import DatabaseUnavailable, MigrationRefused
    from dossier.journal import LogUnreachable
    from dossier.settings import SettingsRefused

    own = (FileRefused, MappingRefused, SettingsRefused, DatabaseUnavailable, MigrationRefused, LogUnreachable)
    return (*own, LookupError, ValueError, OSError)


def text_of(file: Path) -> str:
    """What a file says. Raises ValueError with the line that is not in UTF-8, OSError."""
    content = file.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"{file}:{line}: this is not UTF-8: save the file in that encoding") from None


def refuse(reason: str) -> NoReturn:
    """End with exit code 1 and one line on stderr."""
    sys.stderr.write(f"dossier: {reason}\n")
    raise SystemExit(1)
