"""Guidance: series of coaching sessions, objectives and how far they came, the plans that come of it."""

from __future__ import annotations

from datetime import date

from api.demonstration.agencies import DESKS, coaching_on
from api.demonstration.names import COACHES
from api.demonstration.story import Story
from api.demonstration.words import GIVEN_UP, NEXT_STEPS, NOTES

TOPICS = (
    "business-plan",
    "market",
    "finance",
    "legal-form",
    "pricing",
    "communication",
    "digital",
    "hiring",
    "export",
)
OBJECTIVES: tuple[tuple[str, str | int], ...] = (
    ("financing", 50_000),
    ("customers", 20),
    ("hiring", 2),
    ("premises", "a-shop"),
    ("business-plan", "complete"),
    ("turnover", 120_000),
    ("prototype", "tested"),
)

BLOCKERS = {"financing": "no-budget", "premises": "licence-pending", "prototype": "partner-missing"}
"""What tends to stand in the way of each kind of objective; lack of time in that of others."""


def coach_of(story: Story, day: date) -> str:
    """Who coaches: often the desk of the commune, else the regional organisation of the day."""
    desk = DESKS.get(story.who.commune.nis)
    return desk if desk and story.chance(0.45) else coaching_on(day)


def coach(story: Story, agency: str, start: date, sessions: int) -> date:
    """A series with one coach; the day of the last session."""
    rng, language = story.rng, story.who.language
    name, role = rng.choice(COACHES), rng.choice(("coach", "coach", "expert", "mentor"))
    day = start
    for _ in range(sessions):
        day = story.after(day, 9, 40)
        story.tell(
            agency,
            "coaching-session-held",
            day,
            topic=sorted(rng.sample(TOPICS, rng.randint(1, 3))),
            minutes=rng.choice((30, 45, 60, 60, 60, 90, 120)),
            mode=rng.choice(("on-site", "on-site", "video", "phone")),
            coach_role=role,
            coach=name,
            note=rng.choice(NOTES[language]) if story.chance(0.6) else None,
            next_step=rng.choice(NEXT_STEPS[language]) if story.chance(0.4) else None,
            local_term="Entretien conseil" if story.chance(0.1) else None,
        )
    return day


def set_objective(story: Story, agency: str, day: date) -> None:
    """One objective, its due day, its progress, and how it ended: reached, dropped, or still open."""
    rng = story.rng
    kind, target = rng.choice(OBJECTIVES)
    objective = story.name("objective")
    story.tell(
        agency,
        "objective-set",
        day,
        objective_id=objective,
        kind=kind,
        target=target,
        due=str(story.after(day, 120, 400)),
        agencies=sorted({agency, "finance"}) if kind == "financing" else [agency],
        programme="first-hires" if kind == "hiring" else None,
    )
    percent = 0
    while percent < 80 and story.chance(0.55):
        day, percent = story.after(day, 30, 150), min(95, percent + rng.randint(15, 45))
        story.tell(
            agency,
            "objective-progressed",
            day,
            objective_id=objective,
            progress="percent",
            percent=percent,
            blockers=[BLOCKERS.get(kind, "no-time")] if day.day % 2 else [],
        )
    if story.chance(0.6):
        reached = story.chance(0.72)
        story.tell(
            agency,
            "objective-progressed",
            story.after(day, 20, 150),
            objective_id=objective,
            progress="reached" if reached else "dropped",
            reason=None if reached else rng.choice(GIVEN_UP[story.who.language]),
        )


def submit_plan(story: Story, agency: str, day: date) -> int:
    """A business or financial plan with dated assumptions for its first three years."""
    rng = story.rng
    turnover, staff = rng.randrange(30_000, 240_000, 1_000), rng.choice((0, 0, 1, 1, 2, 4))
    assumptions = []
    for year in range(day.year + 1, day.year + 4):
        assumptions += [
            {"key": "turnover", "period": str(year), "value": f"{turnover}.00", "unit": "EUR"},
            {"key": "headcount", "period": str(year), "value": staff, "unit": "FTE"},
        ]
        turnover, staff = round(turnover * rng.uniform(1.1, 1.9)), staff + rng.choice((0, 1, 1, 2))
    kind = rng.choice(("business", "financial"))
    version = "2.1" if day.year >= 2021 else "1.4"
    return story.tell(agency, "plan-submitted", day, kind=kind, canvas_version=version, assumptions=assumptions)
