"""Journeys: the population of the demonstration, one journey a dossier, from the first question on.

Everything follows from the seed: no clock, no other source of chance. A journey does not depend on `until`,
which only cuts it: the same population asked for a year later has the same events and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from api.demonstration.agencies import coaching_on
from api.demonstration.aid import seek_aid, seek_much
from api.demonstration.enterprise import cease, day_after_founding, found, report_figures
from api.demonstration.enterprise_numbers import CAPACITY
from api.demonstration.entrepreneur import meet
from api.demonstration.groups import join_founder, play_part
from api.demonstration.guidance import coach, coach_of, set_objective, submit_plan
from api.demonstration.premises import move_in
from api.demonstration.referrals import refer
from api.demonstration.story import Posting, Story, Told
from api.demonstration.welcome import describe_project, make_contacts, open_dossier, update_profile
from api.demonstration.words import SLIPS, TAKEN_BACK

INCUBATED = ("ict", "life-science", "green")
"""Kinds of sector that look for an incubator."""


def journeys(dossiers: int, seed: int, until: date) -> Iterator[list[Posting]]:
    """The postings of each dossier up to the end of a day, in the order they are posted.

    A dossier that opens after `until` is an empty list. Dossiers speak only of others with a lower number.
    """
    if dossiers > CAPACITY:
        raise ValueError(f"a seed has room for {CAPACITY} dossiers: take a second seed for more")
    for number in range(dossiers):
        yield tell(seed, number).postings(until)


def tell(seed: int, number: int) -> Story:
    """The whole story of one dossier."""
    story = Story(meet(seed, number))
    first = open_dossier(story)
    make_contacts(story, first)
    update_profile(story, first)
    _prepare(story, first)
    if story.who.part == "co-founder":
        join_founder(story, first)
    elif story.who.founded is not None:
        _do_business(story, first)
    play_part(story, first)
    _amend(story)
    return story


def _prepare(story: Story, first: str) -> None:
    """Guidance before the start; who drops out leaves early, with what was begun left open."""
    who, rng = story.who, story.rng
    patience = {"drops-out": 1, "never-founds": 3, "founds": 4, "established": 1}[who.path]
    day = story.after(who.opened, 3, 30)
    for _ in range(rng.randint(0, 2) if patience > 1 else rng.randint(0, 1)):
        day = refer(story, first, day)
    if who.path == "drops-out" and story.chance(0.4):
        return
    agency = coach_of(story, day)
    day = coach(story, agency, day, rng.randint(1, patience + 1))
    if story.chance(0.2 * patience):
        set_objective(story, coaching_on(day), day)
    if patience > 1 and story.chance(0.7):
        submit_plan(story, coaching_on(day), story.after(day, 5, 60))
    if who.path == "never-founds":
        story.tell(agency, "phase-declared", story.after(day, 5, 60), phase="creation")


def _do_business(story: Story, first: str) -> None:
    """From the founding on: aid, premises, figures, more guidance, and for some the end."""
    who, rng = story.who, story.rng
    assert who.founded is not None
    agency = coaching_on(max(who.founded, who.opened))
    if who.path == "founds":
        story.tell(agency, "phase-declared", story.after(who.opened, 20, 44), phase="creation")
        story.tell(agency, "phase-declared", story.after(who.founded, 1, 60), phase="post-creation")
    found(story, agency if who.path == "founds" else first)
    if story.chance(0.35):
        describe_project(story, agency, day_after_founding(story, 10, 300), "running")
    times = rng.choices((0, 1, 2, 3, 5), (24, 36, 22, 12, 6))[0]
    seek_aid(story, day_after_founding(story, 5, 260), times)
    if who.part == "heavily-aided":
        seek_much(story, day_after_founding(story, 30, 200))
    if story.chance(0.75 if who.sector.kind in INCUBATED else 0.25):
        move_in(story, day_after_founding(story, 20, 300))
    report_figures(story)
    if story.chance(0.4):
        day = day_after_founding(story, 100, 900)
        coach(story, coaching_on(day), refer(story, coaching_on(day), day), rng.randint(1, 3))
    cease(story, "bee")


def _amend(story: Story) -> None:
    """People mistype: figures, amounts and minutes are corrected, what belongs elsewhere is taken back."""
    language, rng = story.who.language, story.rng
    for index, told in enumerate(list(story.told)):
        changes = _mistyped(story, told)
        if changes:
            day = story.after(told.reported, 3, 200)
            story.correct(index, day, rng.choice(SLIPS[language]), **changes)
        elif told.name in ("contact-made", "coaching-session-held") and story.chance(0.025):
            story.retract(index, story.after(told.reported, 1, 60), rng.choice(TAKEN_BACK[language]))


def _mistyped(story: Story, told: Told) -> dict[str, Any]:
    """What an event should have said; empty when it is right, as most are."""
    data = told.event["data"]
    if told.name == "figures-reported" and story.chance(0.06):
        staff = data["headcount_fte"] * story.rng.choice((0.5, 0.9, 1.1, 10))
        return {"headcount_fte": max(0.1, round(staff, 1))}
    if told.name == "aid-decided" and "gross_grant_equivalent" in data and story.chance(0.05):
        amount = f"{Decimal(data['amount']) * Decimal('1.1'):.2f}"
        return {"amount": amount, "gross_grant_equivalent": amount}
    if told.name == "coaching-session-held" and story.chance(0.02):
        return {"minutes": data["minutes"] + 15}
    return {}
