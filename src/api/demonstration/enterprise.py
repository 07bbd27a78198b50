"""The enterprise: founded, linked to its people, its yearly figures, and its end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from api.demonstration.places import seat
from api.demonstration.sectors import nace
from api.demonstration.story import Moment, Story
from dossier.enterprise_number import dotted

NEW_FORMS = date(2019, 5, 1)
"""The Code of companies and associations: the SRL/BV takes the place of the SPRL/BVBA."""

FIRST_FIGURES, LAST_FIGURES = 2014, 2027
REPORTERS = {"ict": ("innoviris", "bee", "finance"), "life-science": ("innoviris", "finance")}


def spelled(rng: Random, number: str) -> str:
    """An enterprise number as people write it: most as ten digits, others with points or the country."""
    spellings = (number, dotted(number), f"BE {dotted(number)}", f"BE{number}")
    return rng.choices(spellings, (76, 12, 7, 5))[0]


def found(story: Story, agency: str) -> int:
    """The enterprise comes to be; of one older than its dossier the year or month is known."""
    who, rng = story.who, story.rng
    assert who.founded is not None
    form = _legal_form(rng, who.founded)
    age = (who.opened - who.founded).days
    when = Moment(who.founded, "year" if age > 2500 else "month" if age > 1200 else "day")
    shifted = [{"from": f"{y}-07-01", "to": f"{y + 1}-06-30"} for y in range(who.founded.year, who.founded.year + 8)]
    created = story.tell(
        agency,
        "enterprise-created",
        when,
        legal_identifier=spelled(rng, who.enterprise),
        legal_form=form,
        nace=nace(rng, who.sector, who.founded),
        seat=seat(rng, who.commune),
        legal_name=who.company,
        fiscal_years=shifted if story.chance(0.04) else None,
    )
    link(story, agency, who.enterprise, "founder", who.founded)
    return created


def link(story: Story, agency: str, number: str, role: str, day: date) -> int:
    """The entrepreneur holds an enterprise, in a role, from a day."""
    when = Moment(max(day, story.who.opened), lag=0)
    return story.tell(
        agency,
        "enterprise-linked",
        when,
        legal_identifier=spelled(story.rng, number),
        role=role,
        from_=str(day),
    )


def report_figures(story: Story) -> list[int]:
    """Figures of each year from the founding on, by whoever asked; in four years of ten nobody does."""
    who, rng = story.who, story.rng
    assert who.founded is not None
    first = max(who.founded.year, who.opened.year - 1, FIRST_FIGURES)
    last = min(who.ceased.year - 1 if who.ceased else LAST_FIGURES, LAST_FIGURES)
    staff = rng.choices((0.5, 1.0, 2.0, 6.0, 14.0, 45.0), (30, 30, 20, 12, 6, 2))[0]
    if first == who.founded.year:
        staff = min(staff, 2.5)
    told = []
    for year in range(first, last + 1):
        if story.chance(0.6):
            told.append(_report(story, year, staff))
        staff = max(0.2, staff * who.growth * rng.uniform(0.85, 1.2))
    return told


def cease(story: Story, agency: str) -> None:
    """The enterprise ends."""
    who = story.who
    if who.ceased is not None:
        number = spelled(story.rng, who.enterprise)
        story.tell(agency, "enterprise-ceased", who.ceased, legal_identifier=number)


def _report(story: Story, year: int, staff: float) -> int:
    who, rng = story.who, story.rng
    turnover = round(max(staff, 0.4) * rng.uniform(62_000, 145_000))
    when = story.after(date(year + 1, 1, 20), 0, 220)
    if when < who.opened:
        when = story.after(who.opened, 0, 60)
    figures: dict[str, Any] = {
        "headcount_fte": round(staff, 1), "turnover": f"{turnover}.00",
        "balance_total": f"{round(turnover * rng.uniform(0.3, 0.9))}.00",
    }  # fmt: skip
    if who.sector.kind in ("ict", "life-science") and story.chance(0.7):
        figures["r_and_d_share"] = round(rng.uniform(0.02, 0.45), 2)
    agency = rng.choice(REPORTERS.get(who.sector.kind, ("bee", "finance")))
    number = spelled(rng, who.enterprise)
    return story.tell(agency, "figures-reported", when, legal_identifier=number, period=str(year), **figures)


def _legal_form(rng: Random, founded: date) -> str:
    company = "SRL/BV" if founded >= NEW_FORMS else "SPRL/BVBA"
    forms = (company, "personne-physique/natuurlijk-persoon", "ASBL/VZW", "SA/NV", "SC/CV", "SComm/CommV")
    return rng.choices(forms, (52, 30, 6, 4, 4, 4))[0]


def day_after_founding(story: Story, least: int, most: int) -> date:
    """A day on which both the enterprise and the dossier exist, some days on."""
    who = story.who
    assert who.founded is not None
    return story.after(max(who.founded, who.opened) + timedelta(days=1), least, most)
