"""Aid room: as a simple reckoner of the tests' own finds it; and never passed when every aid was asked beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.rulesets.ruleset import ruleset
from projections.undertaking.answer import admission, position
from projections.undertaking.breach import breaches
from projections.undertaking.de_minimis import Undertaking
from projections.undertaking.statement import Control, Grant, Restructuring, Said

NUMBERS = ["0000000101", "0000000202", "0000000303", "0000000404"]


class Case(NamedTuple):
    """Grants (to, day, cents), links (controller, controlled, from, to), mergers (from, into, day)."""

    grants: list[tuple[str, date, int]]
    links: list[tuple[str, str, date, date | None]]
    mergers: list[tuple[str, str, date]]

    def said(self) -> Said:
        """The case as dossiers say it."""
        grants = [
            Grant("d", f"a{n}", to, "hub", "grant", None, "de-minimis", "granted", _money(cents), None, None, "EUR",
                  str(day), str(day), (), False, n)
            for n, (to, day, cents) in enumerate(self.grants, 1)
        ]  # fmt: skip
        links = [
            Control(one, other, "votes", str(since), str(until) if until else None, "2020", 1_000 + n)
            for n, (one, other, since, until) in enumerate(self.links)
        ]
        mergers = [
            Restructuring("merger", (one,), (other,), (), str(day), str(day), 2_000 + n)
            for n, (one, other, day) in enumerate(self.mergers)
        ]
        return Said([*grants, *links, *mergers])

    def together(self, number: str, on: date) -> set[str]:
        """Who is one with an enterprise on a day: spread until nothing is added."""
        pairs = [(a, b) for a, b, since, until in self.links if since <= on and (until is None or on < until)]
        pairs += [(a, b) for a, b, day in self.mergers if day <= on]
        found = {number}
        for _ in NUMBERS:
            found |= {other for pair in pairs for other in pair if not found.isdisjoint(pair)}
        return found

    def used(self, number: str, on: date) -> int:
        """Cents used on a day, by counting."""
        found = self.together(number, on)
        return sum(cents for to, day, cents in self.grants if to in found and day <= on and _counts(day, on))


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _counts(day: date, on: date) -> bool:
    if on.year < 2024:
        return day.year > on.year - 3
    end = (day.year + 3, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
    return (on.year, on.month, on.day) <= end


def days(first: int = 2019, last: int = 2029) -> st.SearchStrategy[date]:
    """Days with borders among them."""
    borders = [date(2024, 1, 1), date(2023, 12, 31), date(2024, 2, 29), date(2025, 2, 28), date(2027, 2, 28)]
    return st.sampled_from(borders) | st.dates(date(first, 1, 1), date(last, 12, 31))


def cents() -> st.SearchStrategy[int]:
    """Amounts that fill a ceiling in a few grants, to the cent."""
    return st.sampled_from([1, 100_000_00, 150_000_00, 299_999_99]) | st.integers(0, 400_000_00)


numbers = st.sampled_from(NUMBERS)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Anything a few enterprises may come to."""
    links: list[tuple[str, str, date, date | None]] = []
    for one, other, since, lasting in draw(
        st.lists(st.tuples(numbers, numbers, days(), st.none() | st.integers(0, 2_000)), max_size=4)
    ):
        until = date.fromordinal(since.toordinal() + lasting) if lasting is not None else None
        if (one, other, since) not in {link[:3] for link in links}:
            links.append((one, other, since, until))
    mergers = draw(st.lists(st.tuples(numbers, numbers, days()).filter(lambda m: m[0] != m[1]), max_size=2))
    unique = {(one, other, day): (one, other, day) for one, other, day in mergers}
    return Case(draw(st.lists(st.tuples(numbers, days(), cents()), max_size=8)), links, list(unique.values()))


@settings(max_examples=300, deadline=None)
@given(cases(), numbers, days(), cents())
def test_room_is_what_simple_counting_finds(case: Case, number: str, on: date, asked: int) -> None:
    undertaking = Undertaking(number, case.said(), ruleset())
    told = admission(undertaking, on, asked)
    used, ceiling = case.used(number, on), 200_000_00 if on.year < 2024 else 300_000_00
    assert {member["legal_identifier"] for member in told["members"]} == case.together(number, on)
    assert (told["used"], told["room"]) == (_money(used), _money(max(0, ceiling - used)))
    assert told["allowed"] is (used + asked <= ceiling)
    assert sum(int(grant["counted"].replace(".", "")) for grant in told["grants"]) == used


@settings(max_examples=100, deadline=None)
@given(cases(), numbers, days(), cents())
def test_the_earliest_day_is_the_first_on_which_it_fits(case: Case, number: str, on: date, asked: int) -> None:
    undertaking = Undertaking(number, case.said(), ruleset())
    earliest = admission(undertaking, on, asked)["earliest"]
    last = date(2030, 12, 31).toordinal()
    fitting = (
        day
        for day in map(date.fromordinal, range(on.toordinal(), last + 1))
        if case.used(number, day) + asked <= (200_000_00 if day.year < 2024 else 300_000_00)
    )
    assert earliest == (str(found) if (found := next(fitting, None)) else None)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(numbers, days(), cents()), max_size=14), st.booleans())
def test_a_ceiling_is_never_passed_when_every_aid_was_asked_beforehand(
    wishes: list[tuple[str, date, int]], linked: bool
) -> None:
    links: list[Any] = [(NUMBERS[0], NUMBERS[1], date(2015, 1, 1), None)] if linked else []
    case = Case([], links, [])
    for number, day, wish in sorted(wishes, key=lambda w: w[1]):
        if admission(Undertaking(number, case.said(), ruleset()), day, wish)["allowed"]:
            case.grants.append((number, day, wish))
    for number, day, _ in case.grants:
        assert case.used(number, day) <= (200_000_00 if day.year < 2024 else 300_000_00)
        assert breaches(Undertaking(number, case.said(), ruleset()), date.min) == []


@settings(max_examples=100, deadline=None)
@given(cases(), numbers, days())
def test_every_member_is_told_the_same(case: Case, number: str, on: date) -> None:
    told = position(Undertaking(number, case.said(), ruleset()), on)
    for member in told["members"]:
        other = position(Undertaking(member["legal_identifier"], case.said(), ruleset()), on)
        assert (other["used"], other["room"]) == (told["used"], told["room"])
        assert [grant["position"] for grant in other["grants"]] == [grant["position"] for grant in told["grants"]]
