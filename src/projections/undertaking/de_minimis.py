"""De minimis aid of one single undertaking: how it stands on a day, when room frees, whether an aid may be granted.

Pure: of what was said, the rules and the day. Amounts in whole cents inside, as decimal strings in documents.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, NamedTuple

from dossier.values import quantity
from projections.rulesets.ruleset import Ruleset
from projections.undertaking import fiscal_years
from projections.undertaking.gross_grant_equivalent import EURO, Basis, Equivalent, equivalent
from projections.undertaking.inheritance import holders
from projections.undertaking.single_undertaking import Reason, in_force, in_order, members
from projections.undertaking.statement import Grant, Said
from projections.undertaking.window import WINDOWS, turns

RULES = ("de-minimis.regulation", "de-minimis.ceiling", "de-minimis.window", "de-minimis.counts")

PUBLIC_BODIES = "de-minimis.public-bodies"
"""A rule that a ruleset may leave out."""


class Aid(NamedTuple):
    """One aid that may count: what it is worth in cents, and the day that counts."""

    grant: Grant
    day: date
    worth: Equivalent
    cents: int


class Counted(NamedTuple):
    """One aid that counts on a day, with the cents of it that this undertaking holds."""

    aid: Aid
    cents: int


class Standing(NamedTuple):
    """How an undertaking stands on a day. `used` may exceed `ceiling`: after a merger, or by a breach."""

    on: date
    regulation: str
    ceiling: int
    used: int
    members: dict[str, Reason]
    counted: tuple[Counted, ...]
    road_freight: tuple[int, ...]

    @property
    def left(self) -> int:
        """What is left of the ceiling, in cents; below nothing where more is used."""
        return self.ceiling - self.used

    @property
    def room(self) -> int:
        """What is left, in cents; never below nothing."""
        return max(0, self.left)

    def fits(self, cents: int) -> bool:
        """Whether an aid may be granted: whole or not at all, it is never trimmed to the room left.

        Source: Regulation (EU) No 1407/2013 and Regulation (EU) 2023/2831, art. 3(7).
        """
        return cents <= self.left


class NoRegulation(LookupError):
    """No regulation on de minimis aid holds on the day."""


class Undertaking:
    """What was said of an enterprise and of all that may belong to one undertaking with it, under one ruleset."""

    def __init__(self, enterprise: str, said: Said, rules: Ruleset) -> None:
        self.enterprise = enterprise
        self.said = said
        self.rules = rules
        self._changes = in_order(said.restructurings)
        self._controls = in_force(said.controls)
        self.standing = cache(self._standing)  # its own: one on the class would hold every undertaking for ever
        self._group = cache(self._grouped)

    def _standing(self, on: date) -> Standing:
        """How it stands at the end of a day. Raises NoRegulation."""
        day = on.isoformat()
        regulation = self._regulation(day)
        group = self._group(day)
        counted = tuple(self._counted(group, on, day))
        freight = self._road_freight(group, day)
        name = "de-minimis.ceiling.road-freight" if freight else "de-minimis.ceiling"
        ceiling = int(quantity(self.rules.on(name, day)) * 100)
        return Standing(on, regulation, ceiling, sum(c.cents for c in counted), group, counted, freight)

    def _regulation(self, day: str) -> str:
        try:
            regulation = self.rules.value("de-minimis.regulation", day)
        except LookupError:
            regulation = "none"
        if regulation == "none":
            raise NoRegulation(f"no regulation on de minimis aid is known to hold on {day}")
        return str(regulation)

    def members(self, on: date) -> dict[str, Reason]:
        """The enterprises that are one undertaking with it on a day, each with why."""
        return self._group(on.isoformat())

    def _grouped(self, day: str) -> dict[str, Reason]:
        return members(self.enterprise, self._controls, self._changes, day, self.public_bodies(day))

    def public_bodies(self, day: str) -> list[str]:
        """The owners that do not link what they control, on a day; none where the ruleset, or that day, names none."""
        try:
            named: list[str] = self.rules.value(PUBLIC_BODIES, day)
        except LookupError:
            return []
        return named

    def _counted(self, group: dict[str, Reason], on: date, day: str) -> list[Counted]:
        """The aid that counts on a day, in the order it was granted.

        Source: Regulation (EU) No 1407/2013, art. 3(2), (4) and (5); Regulation (EU) 2023/2831, art. 3(2) and (3). Aid
        granted under the elder regulation counts under the younger one: art. 7(1).
        """
        rule = self.rules.on("de-minimis.window", day)
        within, found = WINDOWS[rule["kind"]], []
        for aid in self.aids:
            if within(aid.day, on, self._years, rule):
                left = self._left(aid, day)
                held = holders(aid.grant.enterprise, left, aid.day.isoformat(), self._changes, day)
                own = min(sum(cents for number, cents in held.items() if number in group), left)
                if any(number in group for number in held):
                    found.append(Counted(aid, own))
        return found

    def _left(self, aid: Aid, day: str) -> int:
        """What of an aid counts on a day, once the part paid back by then is deducted, where the rule says so."""
        if self.rules.on("de-minimis.counts", day)["repaid"] != "deducted" or not aid.cents:
            return aid.cents
        whole = quantity(aid.grant.amount or "0")
        back = sum((quantity(amount) for paid, amount in aid.grant.repaid if paid <= day), Decimal(0))
        return int(aid.cents * max(Decimal(0), whole - back) / whole) if whole else aid.cents

    @cached_property
    def aids(self) -> list[Aid]:
        """Every aid that counts on some day, in the order granted. In EUR: others cannot be added, and are flagged."""
        found = []
        for grant in self.said.grants:
            counts = self.rules.on("de-minimis.counts", grant.conferred_on)
            if (
                grant.legal_basis in counts["legal_bases"]
                and grant.outcome in counts["outcomes"]
                and grant.currency == EURO
            ):
                day = grant.decided_on if counts["day"] == "decided" else grant.conferred_on
                by = Basis(self.rules, day, bool(self._road_freight(self._group(day), day)))
                worth = equivalent(grant.instrument, grant.amount, grant.gross_grant_equivalent, grant.terms, by)
                found.append(Aid(grant, date.fromisoformat(day), worth, int(worth.amount * 100)))
        return sorted(found, key=lambda a: (a.day, a.grant.enterprise, a.grant.application_id, a.grant.dossier))

    def _road_freight(self, group: dict[str, Reason], day: str) -> tuple[int, ...]:
        """The positions that make it one of road freight: what the last word on the activity of a member says."""
        codes = self.rules.on("de-minimis.road-freight.nace", day)
        last = {a.enterprise: a for a in sorted(self.said.activities, key=lambda a: (a.said, a.version, a.code))}
        return tuple(
            sorted(
                activity.position
                for number, activity in last.items()
                if number in group
                and activity.code.replace(".", "").startswith(tuple(codes.get(activity.version, ())) or "?")
            )
        )

    @cached_property
    def _years(self) -> fiscal_years.Years:
        """The fiscal years of the enterprise itself, over all days that matter."""
        told = sorted(
            (year for year in self.said.years if year.enterprise == self.enterprise),
            key=lambda year: (year.said, year.first, year.last),
            reverse=True,
        )
        days = [aid.day for aid in self.aids] or [date.max]
        years = [(date.fromisoformat(year.first), date.fromisoformat(year.last)) for year in told]
        return fiscal_years.table(years, min(days), max(days), max(int(rule["years"]) for rule in self._windows()))

    def path(self, on: date) -> list[Standing]:
        """How it stands on a day, and on each later day on which that may change, as far as it is known."""
        days = {
            *(turn for aid in self.aids for rule in self._windows() for turn in turns(aid.day, self._years, rule)),
            *(date.fromisoformat(paid) for aid in self.aids for paid, _ in aid.grant.repaid),
            *(date.fromisoformat(control.since) for control in self._controls),
            *(date.fromisoformat(control.until) for control in self._controls if control.until),
            *(date.fromisoformat(change.on) for change in self._changes),
            *(date.fromisoformat(dated["from"]) for rule in self._dated() for dated in rule["values"]),
        }
        standings = [self.standing(on)]
        for day in sorted(day for day in days if day > on):
            try:
                standings.append(self.standing(day))
            except NoRegulation:
                break
        return standings

    def _windows(self) -> list[dict[str, Any]]:
        return [dated["value"] for dated in self.rules.rules["de-minimis.window"]["values"]]

    def _dated(self) -> list[dict[str, Any]]:
        return [rule for name, rule in self.rules.rules.items() if name.startswith("de-minimis.")]


def first_fit(path: list[Standing], cents: int) -> date | None:
    """The first day on which an aid fits, on the path as it is known; None when there is none."""
    return next((standing.on for standing in path if standing.fits(cents)), None)
