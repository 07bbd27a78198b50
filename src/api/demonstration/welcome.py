"""The welcome: a dossier is opened, consents and mandates are noted, the project is described."""

from __future__ import annotations

from datetime import date, timedelta

from api.demonstration.agencies import DESKS, coaching_on, export_on, retail_on
from api.demonstration.sectors import describe, nace
from api.demonstration.story import Moment, Story
from api.demonstration.words import ENQUIRIES

CHANNELS = ("counter", "phone", "web", "e-mail", "event")
ERASER = "1819"
"""Who erases the personal data of a dossier: by the mandate an agency needs for that."""

LOCAL_TERMS = {"1819": "Demande 1819", "bee": "Dossier prime", "finance": "Lead", "innoviris": "Intake"}


def open_dossier(story: Story) -> str:
    """The first organisation opens the dossier; it is returned."""
    who, rng = story.who, story.rng
    first = _door(story)
    story.tell(
        first,
        "dossier-opened",
        Moment(who.opened, lag=0),
        person=who.person,
        channel=rng.choice(CHANNELS),
        language=who.language,
        local_term=LOCAL_TERMS.get(first),
    )
    phase = "pre-creation" if who.founded is None or who.founded > who.opened else "post-creation"
    story.tell(first, "phase-declared", Moment(who.opened, lag=0), phase=phase)
    _consent(story, first)
    _mandate(story, first)
    if story.chance(0.82):
        describe_project(story, first, story.after(who.opened, 0, 25), "idea")
    return first


def describe_project(story: Story, agency: str, day: date, stage: str) -> int:
    """The project as the entrepreneur tells it to an organisation."""
    who = story.who
    title, summary = describe(story.rng, who.sector, who.language, who.commune.name(who.language))
    known = list(who.sector.technologies)
    technologies = story.rng.sample(known, story.rng.randint(1, len(known))) if known else None
    return story.tell(
        agency,
        "project-described",
        day,
        title=title,
        summary=summary,
        nace=nace(story.rng, who.sector, day),
        technologies=technologies,
        stage=stage,
    )


def make_contacts(story: Story, agency: str) -> None:
    """Questions by phone and at the counter, here and elsewhere."""
    who, rng = story.who, story.rng
    day = who.opened
    for _ in range(rng.choices((0, 1, 2, 3), (30, 40, 20, 10))[0]):
        day = story.after(day, 3, 120)
        asked, topic = _asked(story, agency, day)
        story.tell(
            asked,
            "contact-made",
            day,
            channel=rng.choice(CHANNELS[:4]),
            topic=topic,
            note=rng.choice(ENQUIRIES[who.language]) if story.chance(0.5) else None,
        )


def update_profile(story: Story, agency: str) -> None:
    """People move, marry, change address; the agency that hears it says so."""
    who = story.who
    if story.chance(0.16):
        day = story.after(who.opened, 60, 1500)
        email = f"contact.{who.number}@example.{'org' if story.chance(0.5) else 'brussels'}"
        story.tell(agency, "profile-updated", day, person={"email": email, "language": who.language})


def _asked(story: Story, agency: str, day: date) -> tuple[str, str]:
    """Whom one turns to, about what."""
    kind = story.who.sector.kind
    asked = [
        (agency, "information"),
        (coaching_on(day), "business-plan"),
        ("1819", "licences"),
        ("bee", "grants"),
    ]
    if kind in ("shop", "food"):
        asked += [(retail_on(day), "location")] * 2
    if kind in ("ict", "maker", "life-science"):
        asked += [(export_on(day), "export")] * 2
    return story.rng.choice(asked)


def _consent(story: Story, agency: str) -> None:
    who = story.who
    if not story.chance(0.55):
        return
    purpose = story.rng.choice(("share-with-partners", "statistics", "newsletter"))
    story.tell(agency, "consent-given", Moment(who.opened, lag=0), purpose=purpose, scope="all-partners")
    if story.chance(0.09):
        day = story.after(who.opened, 90, 900)
        story.tell(agency, "consent-withdrawn", day, purpose=purpose, scope="all-partners")


def _mandate(story: Story, agency: str) -> None:
    """A mandate ends by itself on its last day; some end before, and the one to erase by stands until it is used."""
    who = story.who
    erased = who.part == "erased"
    if not story.chance(0.25) and not erased:
        return
    agency = ERASER if erased else agency
    story.tell(
        agency,
        "mandate-declared",
        Moment(who.opened, lag=0),
        agency=agency,
        purpose="guidance",
        legal_ground="public-task",
        **({} if erased else {"until": str(who.opened + timedelta(days=3 * 365))}),
    )
    if story.chance(0.18) and not erased:
        story.tell(agency, "mandate-ended", story.after(who.opened, 120, 900), agency=agency, purpose="guidance")


def _door(story: Story) -> str:
    """The organisation that opens the dossier: the first one the entrepreneur came to."""
    who = story.who
    day = who.opened
    doors = {"1819": 34.0, coaching_on(day): 20.0, "bee": 6.0, "finance": 5.0, "citydev": 3.0}
    doors[DESKS.get(who.commune.nis, "1819")] = 22.0
    if who.sector.kind in ("ict", "life-science"):
        doors["innoviris"] = 10.0
    if who.sector.kind in ("shop", "food"):
        doors[retail_on(day)] = 16.0
    if who.path == "established":
        doors[export_on(day)] = 20.0
    return story.rng.choices(list(doors), list(doors.values()))[0]
