"""Enterprises among each other, and dossiers among each other: what the rare parts of the cast are about."""

from __future__ import annotations

from datetime import date

from api.demonstration.agencies import coaching_on
from api.demonstration.enterprise import day_after_founding, link, spelled
from api.demonstration.places import seat
from api.demonstration.sectors import nace
from api.demonstration.story import Story
from api.demonstration.welcome import ERASER


def play_part(story: Story, agency: str) -> None:
    """The rare part of this dossier, when it has one."""
    part = story.who.part
    if part in ("merger", "holding", "takeover", "split"):
        _restructure(story, agency, part)
    elif part in ("same-person", "mistaken", "namesake"):
        _compare(story, part)
    elif part == "erased":
        _erase(story)


def join_founder(story: Story, agency: str) -> None:
    """A co-founder holds the neighbour's enterprise in another role; half of them leave it again."""
    who = story.who
    assert who.founded is not None
    role = story.rng.choice(("manager", "owner"))
    link(story, agency, who.enterprise, role, who.founded)
    if story.chance(0.5):
        day = day_after_founding(story, 300, 900)
        story.tell(agency, "enterprise-unlinked", day, legal_identifier=who.enterprise, role=role, from_=str(day))


def _restructure(story: Story, agency: str, part: str) -> None:
    """A second enterprise beside the first: held, merged into it, taken over, or split off from it."""
    who, rng = story.who, story.rng
    first, second = who.enterprise, who.second_enterprise
    day = day_after_founding(story, 200, 500)
    story.tell(
        agency,
        "enterprise-created",
        day,
        legal_identifier=spelled(rng, second),
        legal_form="SA/NV",
        nace=nace(rng, who.sector, day),
        seat=seat(rng, who.commune),
        legal_name=f"{who.company} Holding",
    )
    link(story, agency, second, "owner", day)
    later = story.after(day, 100, 400)
    if part == "holding":
        ground = rng.choice(("votes", "board", "contract", "agreement"))
        to = str(story.after(later, 400, 900)) if story.chance(0.3) else None
        story.tell(
            agency,
            "enterprise-controlled",
            later,
            controller=second,
            controlled=first,
            ground=ground,
            from_=str(later),
            to=to,
        )
    elif part == "split":
        shares = {first: "0.60", second: "0.40"}
        story.tell(
            agency,
            "enterprise-restructured",
            later,
            kind=part,
            from_=[first],
            into=[first, second],
            shares=shares,
        )
    else:
        story.tell(agency, "enterprise-restructured", later, kind=part, from_=[second], into=[first])
    if part == "merger":
        _absorb(story, agency, second, later)


def _absorb(story: Story, agency: str, number: str, day: date) -> None:
    """A merged enterprise ends and its owner no longer holds it."""
    story.tell(agency, "enterprise-ceased", day, legal_identifier=number)
    story.tell(
        agency,
        "enterprise-unlinked",
        story.after(day, 1, 20),
        legal_identifier=number,
        role="owner",
        from_=str(day),
    )


def _compare(story: Story, part: str) -> None:
    """This dossier and the neighbour's: of one person, taken for one by mistake, or known to be of two."""
    who = story.who
    day = story.after(who.opened, 20, 200)
    agency, other = coaching_on(day), who.neighbour.dossier
    if part == "same-person":
        story.tell(agency, "dossiers-linked", day, other=other, evidence="same-birth-date-and-e-mail", by="human")
        return
    later = story.after(day, 10, 120)
    if part == "mistaken":
        story.tell(agency, "dossiers-linked", day, other=other, evidence="same-name", by="rule")
        story.tell(agency, "dossiers-unlinked", later, other=other, evidence="asked-both", by="human")
    story.tell(agency, "dossiers-distinct", later, other=other, evidence="other-birth-date", by="human")


def _erase(story: Story) -> None:
    """The entrepreneur asks to be forgotten; with that the story ends."""
    day = story.after(story.who.opened, 500, 1000)
    index = story.tell(ERASER, "personal-data-erased", day, scope="all", ground="gdpr-art-17-1-b")
    story.end = story.told[index].reported
