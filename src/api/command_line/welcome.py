"""What `scripts/run` shows a newcomer: a demo population on the first start, then where to look, and tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.demonstration.fill import Summary, fill, register
from api.demonstration.sending import send
from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey
from api.pages.open_dossiers import DOSSIERS, SEED
from dossier.log import Log
from dossier.settings import Settings

console = Console(highlight=False, soft_wrap=True)


def demonstrate(log: Log) -> None:
    """Fill the demo population when the log is empty, with a progress bar."""
    if log.journal.head().position == 0:
        populate(log, DOSSIERS, SEED)


def populate(log: Log, dossiers: int, seed: int) -> tuple[int, int]:
    """Fill a demo population; how many events were accepted, and how many were there before."""
    return _populate(partial(fill, log), dossiers, seed)


def populate_by(url: str, log: Log, keys: TokenKey, dossiers: int, seed: int) -> tuple[int, int]:
    """The same over HTTP, by a service that runs on this log: each organisation by its own client and token."""
    register(log)
    return _populate(partial(send, url, lambda agency: keys.issue(Principal("agency", agency), days=1)), dossiers, seed)


def _populate(way: Callable[..., Summary], dossiers: int, seed: int) -> tuple[int, int]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Demo population", total=dossiers)
        today = datetime.now(UTC).date()
        summary = way(dossiers, seed, today, lambda done, of: progress.update(task, completed=done, total=of))
    for posting, refusal in summary.refusals[:5]:
        console.print(f"refused: {posting.event['type']}: {refusal.detail}")
    return summary.accepted, summary.duplicate


def welcome(url: str, settings: Settings, log: Log, *, full: bool) -> None:
    """Where it listens; for a newcomer also a token a role and a first thing to look at."""
    console.print(f"The dossier listens on {url}")
    if not full:
        return
    keys = TokenKey(settings.data)
    console.print(f"  pages              {url}/\n  API documentation  {url}/docs\n")
    for role, agency in (
        ("agency", "hub"),
        ("adviser", "hub"),
        ("auditor", None),
        ("analyst", None),
        ("operator", None),
    ):
        console.print(f"  {role:<12} {keys.issue(Principal(_role(role), agency))}")
    first = log.journal.feed(0, 1, 1)
    if first:
        dossier = orjson.loads(first[0].stored)["dossier"]
        token = keys.issue(Principal("entrepreneur", None, first[0].dossier))
        console.print(f"  {'entrepreneur':<12} {token}\n\n  a dossier          {url}/dossiers/{dossier}")
    console.print("\nCtrl-C stops it; everything is kept in the data directory.")


def _role(name: str) -> Role:
    return name  # type: ignore[return-value]  # one of the names written above
