"""Options of the commands that a Spark cluster can do the work of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

ENGINES = ("local", "spark")
Engine = Annotated[str, typer.Option(help="local, or spark: see docs/how-to/use-a-spark-cluster.md.")]
Master = Annotated[str | None, typer.Option(help="Spark's master, like spark://host:7077; this machine when absent.")]
Scratch = Annotated[
    Path | None,
    typer.Option(help="A directory that this machine and the cluster all see, for files in passing; a temporary one."),
]


def on_spark(engine: str) -> bool:
    """Whether Spark is asked for. Raises SparkMissing when it is not installed."""
    if engine not in ENGINES:
        raise typer.BadParameter(f"one of {', '.join(ENGINES)}", param_hint="--engine")
    if engine == "local":
        return False
    from projections.spark.session import require

    require()
    return True


@contextmanager
def scratching(chosen: Path | None) -> Iterator[Path]:
    """A directory of its own below the one chosen; gone with what is in it when the block ends."""
    with TemporaryDirectory(prefix="dossier-", dir=chosen) as place:
        yield Path(place).absolute()
