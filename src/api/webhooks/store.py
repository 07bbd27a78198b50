"""Where subscriptions are kept: what the API reads and changes. The dispatcher hears of each change."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from api.webhooks.delivery import Delivery, line
from api.webhooks.sealing import Seal, new_secret
from api.webhooks.subscription import Subscription, Wanted
from dossier.database.queries import queries
from dossier.journal import Journal
from dossier.refusals import refused

SQL = queries(files("api.webhooks") / "webhooks.sql")
MOST = 50
"""Subscriptions an agency may have."""
OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation still signs."""
PAGE = 100


def delivered(journal: Journal, agency: str, positions: list[int], on: datetime) -> list[tuple[int, datetime]]:
    """Which events an organisation's endpoints had answered for by an instant, as far as is still on record."""
    with journal.reading() as connection:
        asked = {"agency": agency, "positions": positions, "on": on}
        return connection.execute(SQL["delivered"], asked).fetchall()


class Subscriptions:
    """The subscriptions of all agencies; a caller names whose it may touch."""

    def __init__(self, journal: Journal, seal: Seal) -> None:
        self._journal = journal
        self._seal = seal

    def add(self, identity: UUID, agency: str, asked: Wanted) -> tuple[Subscription, str]:
        """A new subscription and its secret. Raises Refused when the agency has too many."""
        secret = new_secret()
        position = self._journal.head().position if asked.after is None else int(asked.after)
        row = asked.model_dump(include={"url", "types", "agencies", "relation"})
        row |= {"id": identity, "agency": agency, "position": position, "most": MOST}
        with self._journal.reading() as connection:
            done = connection.execute(SQL["add"], row | {"secret": self._seal.seal(identity, secret)})
            if not done.rowcount:
                detail = f"An organisation may have {MOST} webhooks: remove one, or widen one."
                raise refused("too-many-webhooks", detail)
            connection.execute(SQL["changed"])
        return self.one(identity, agency), secret

    def listed(self, agency: str | None) -> list[Subscription]:
        """The subscriptions of an agency, or of all for None."""
        with self._journal.reading() as connection:
            return _subscriptions(connection, "of_agency", agency=agency)

    def one(self, identity: UUID, agency: str | None) -> Subscription:
        """A subscription of an agency, or anybody's for None. Raises Refused when there is no such one."""
        with self._journal.reading() as connection:
            found = _subscriptions(connection, "one", id=identity)
        if not found or agency not in (None, found[0].agency):
            raise refused("not-found", "No webhook of yours has this id.")
        return found[0]

    def remove(self, identity: UUID, agency: str) -> None:
        """End a subscription. Raises Refused."""
        self.one(identity, agency)
        self._change("remove", id=identity)

    def rotate(self, identity: UUID, agency: str, now: datetime) -> tuple[Subscription, str]:
        """Give a subscription a new secret; both sign for a while. Raises Refused."""
        self.one(identity, agency)
        secret = new_secret()
        self._change("rotate", id=identity, until=now + OVERLAP, secret=self._seal.seal(identity, secret))
        return self.one(identity, agency), secret

    def activate(self, identity: UUID, agency: str) -> Subscription:
        """Deliver again, from where it stopped. Raises Refused."""
        self.one(identity, agency)
        self._change("activate", id=identity)
        return self.one(identity, agency)

    def deliveries(
        self, identity: UUID, agency: str | None, before: int | None, status: str | None
    ) -> tuple[list[Delivery], bool]:
        """A page of the delivery log, the newest first, and whether there is more. Raises Refused."""
        self.one(identity, agency)
        asked = {"id": identity, "before": before, "status": status, "limit": PAGE + 1}
        with self._journal.reading() as connection:
            rows = connection.execute(SQL["deliveries"], asked).fetchall()
        return [line(identity, row) for row in rows[:PAGE]], len(rows) > PAGE

    def redeliver(self, identity: UUID, agency: str, position: int) -> None:
        """Have an event delivered again, at once. Raises Refused."""
        if self.one(identity, agency).status != "active":
            raise refused("webhook-disabled", "POST ../activation first: what waits is then delivered by itself.")
        if not self._change("redeliver", id=identity, position=position):
            raise refused("not-found", "This event was not tried for this webhook, or too long ago.")

    def _change(self, query: str, **params: Any) -> int:
        with self._journal.reading() as connection:
            changed = connection.execute(SQL[query], params).rowcount
            connection.execute(SQL["changed"])
        return changed


def _subscriptions(connection: psycopg.Connection[Any], query: str, **params: Any) -> list[Subscription]:
    with connection.cursor(row_factory=class_row(Subscription)) as cursor:
        return cursor.execute(SQL[query], params).fetchall()
