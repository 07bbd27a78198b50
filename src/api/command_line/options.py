"""Options that several commands share, and what they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.command_line.main import refuse
from dossier.settings import Settings

if TYPE_CHECKING:
    from dossier.log import Log

Data = Annotated[
    Path | None, typer.Option("--data", help="Directory of the embedded database and the keys.", show_default="var")
]

Token = Annotated[
    str, typer.Option("--token", envvar="DOSSIER_TOKEN", help="A token of the role `agency`.", show_default=False)
]


def settings(data: Path | None, **overrides: Any) -> Settings:
    """The settings of the environment, with what the command line says over them."""
    return Settings.from_environment(data=data, **overrides)


def look_for_log(chosen: Settings) -> None:
    """Refuse a data directory that holds no log: a wrong name would else be told of as a new, empty one."""
    if chosen.database_url is None and not (chosen.data / "postgres").is_dir():
        refuse(f"there is no log in {chosen.data}: choose --data, or DOSSIER_DATA")


@contextmanager
def opened(data: Path | None) -> Iterator[Log]:
    """The log of a data directory, which must be there; beside a running server or without one."""
    look_for_log(settings(data))
    with begun(data) as log:
        yield log


@contextmanager
def begun(data: Path | None) -> Iterator[Log]:
    """The same, begun where there is none yet: for commands that a log may start with."""
    from dossier.log import open_log
    from projections.generations.generations import ensure_served
    from projections.rulesets.ruleset import ruleset

    with open_log(settings(data)) as log:
        ensure_served(log.database.owner, ruleset())
        yield log
