"""Which values of personal fields were the same, told without them: kept of erased events, and told in an export."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from dossier.auditing.events import SQL, Connection
from dossier.catalogue import DossierOpened, EnterpriseCreated, EnterpriseLinked, ProfileUpdated, ProjectDescribed
from dossier.catalogue.parts import PersonFields
from dossier.verification.wrong import expect

Told = dict[str, int]
"""Field -> n: its value is the n-th other one of that field in its dossier."""

FIELDS: dict[str, frozenset[str]] = {
    **{kind.TYPE: frozenset(f"person {name}" for name in PersonFields.__annotations__)
       for kind in (DossierOpened, ProfileUpdated)},
    ProjectDescribed.TYPE: frozenset(f"project {name}" for name in ProjectDescribed.PERSONAL),
    **{kind.TYPE: frozenset(f"enterprise {name}" for name in kind.PERSONAL)
       for kind in (EnterpriseLinked, EnterpriseCreated)},
}  # fmt: skip
"""The personal fields of a profile by the type of event that sends them, as the view `journal.told` names them."""


def check_sameness(connection: Connection) -> None:
    """That what was kept is of erased events alone, of fields they can have had, and counts up. Raises Wrong."""
    _check(connection, kept=True)


def check_told(connection: Connection) -> None:
    """The same of what an export told, of events that nothing erased too. Raises Wrong."""
    _check(connection, kept=False)


def check_fields(told: Any, kind: str | None, what: str) -> Told:
    """What is told of an event, once it has the shape. Raises Wrong."""
    fields = FIELDS.get(kind or "", frozenset())
    shaped = isinstance(told, dict) and bool(told) and set(told) <= fields
    expect(shaped, f"{what} tells of fields that it does not have")
    expect(all(type(n) is int and n > 0 for n in told.values()), f"{what} tells of a value by what is no number")
    found: Told = told
    return found


def _check(connection: Connection, *, kept: bool) -> None:
    with connection.cursor("sameness") as rows:
        for dossier, own in groupby(rows.execute(SQL["sameness"]), itemgetter(0)):
            ordinals = Ordinals()
            for _, version, told, kind, personal, erasures, erased in own:
                what = f"journal.sameness: dossier {dossier}, version {version}"
                expect(bool(personal), f"{what}: it is of no event with personal fields")
                expect(erased or not kept, f"{what}: no event erased it")
                ordinals.take(check_fields(told, kind, what), erasures, what)


class Ordinals:
    """The ordinals of a dossier, event by event: each is the next of its field, or was there since the last erasure."""

    def __init__(self) -> None:
        self._last, self._erased, self._erasures = Told(), Told(), 0

    def take(self, told: Told, erasures: int, what: str) -> None:
        """One more event, with how many erasures came before it. Raises Wrong."""
        if erasures > self._erasures:
            self._erasures, self._erased = erasures, dict(self._last)
        for field, ordinal in told.items():
            last = self._last.get(field, 0)
            counted = self._erased.get(field, 0) < ordinal <= last + 1
            expect(counted, f"{what}: {ordinal} does not come after {last} values of `{field}`")
            self._last[field] = max(last, ordinal)
