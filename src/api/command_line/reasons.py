"""Why a ruleset is published, activated or retired, as the log records it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

OPERATOR = "operator"
"""Who did it: whoever may run commands on the service's own machine."""
Reason = Annotated[str | None, typer.Option(help="Why, for the record in the log; asked for on a terminal.")]
UNSAID = "dossier: recorded without a reason: say why with --reason\n"


def why(reason: str | None) -> str | None:
    """The reason given, or what a person at the terminal answers; None where nobody is there to be asked."""
    if reason is not None and reason.strip():
        return reason
    return str(typer.prompt("Why, for the record in the log", err=True)) if sys.stdin.isatty() else None


def tell_unsaid(reason: str | None) -> None:
    """Say on stderr that the log holds no reason: a program that gives none goes on working."""
    if reason is None:
        sys.stderr.write(UNSAID)
