"""Options of the commands that a Spark cluster can do the work of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

CLUSTER = "see docs/how-to/use-a-spark-cluster.md"
Engine = Annotated[str, typer.Option(help=f"local, or spark: {CLUSTER}.")]
Counter = Annotated[str, typer.Option("--engine", help=f"duckdb, also called local, or spark: {CLUSTER}.")]
Master = Annotated[str | None, typer.Option(help="Spark's master, like spark://host:7077; this machine when absent.")]
Scratch = Annotated[
    Path | None,
    typer.Option(help="A directory that this machine and the cluster all see, for files in passing; a temporary one."),
]


def on_spark(engine: str, *here: str) -> bool:
    """Whether Spark is asked for; `here` names what else works on this machine, beside `local`.

    Raises SparkMissing when it is not installed.
    """
    if engine in ("local", *here):
        return False
    if engine != "spark":
        raise typer.BadParameter(f"one of {', '.join((*here, 'local', 'spark'))}", param_hint="--engine")
    from projections.spark.session import require

    require()
    return True


@contextmanager
def scratching(chosen: Path | None) -> Iterator[Path]:
    """A directory of its own below the one chosen; gone with what is in it when the block ends."""
    with TemporaryDirectory(prefix="dossier-", dir=chosen) as place:
        yield Path(place).absolute()
