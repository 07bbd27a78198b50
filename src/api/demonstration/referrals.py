"""Referrals: one organisation sends the entrepreneur to another, which answers, or never does."""

from __future__ import annotations

from datetime import date, timedelta

from api.demonstration.agencies import coaching_on, export_on, speaker
from api.demonstration.premises import SITES
from api.demonstration.story import Story
from api.demonstration.words import REFERRAL_NOTES

NEEDS: dict[str, tuple[str, str]] = {
    "finance": ("loan-advice", "financing-need"),
    "bee": ("grants-desk", "grant-question"),
    "innoviris": ("innovation-intake", "r-and-d-project"),
    "citydev": ("premises-search", "premises-need"),
    "1819": ("information", "regulatory-question"),
    "hub": ("coaching", "business-plan"),
    "impulse": ("coaching", "business-plan"),
    "bie": ("export-advice", "export-project"),
}
"""Service asked for and coded reason, by the organisation referred to; others are asked for premises."""

SECOND = {"finance": "bee", "innoviris": "bee", "bee": "finance"}
"""Who else may help, by the organisation referred to; none of them ever merged."""

DECLINED = ("no-capacity", "not-eligible", "out-of-scope", "entrepreneur-unreachable", "already-followed")
OUTCOMES = ("guidance-started", "application-submitted", "informed", "no-show")
OUTCOMES_OF_PREMISES = ("premises-found", "informed", "no-show")


def refer(story: Story, sender: str, day: date) -> date:
    """One referral and its answer; the day things came to rest.

    What is addressed to an organisation that merges before it answers stays unanswered.
    """
    rng, receiver = story.rng, _receiver(story, sender, day)
    service, reason = NEEDS.get(receiver, ("premises", "premises-need"))
    referral = story.name("referral")
    story.tell(
        sender,
        "referral-made",
        day,
        referral_id=referral,
        to_agency=receiver,
        service=service,
        reason_code=reason,
        second_choice=_second_choice(sender, receiver),
        agreed=True if day.day % 3 else None,
        note=rng.choice(REFERRAL_NOTES[story.who.language]) if story.chance(0.5) else None,
    )
    answer = rng.choices(("none", "declined", "accepted"), (16, 15, 69))[0]
    if answer == "none":
        return day
    day = story.after(day, 1, 8 + int(rng.expovariate(1 / 12)))
    if speaker(receiver, day) != receiver:
        return day
    if answer == "declined":
        story.tell(receiver, "referral-declined", day, referral_id=referral, reason_code=rng.choice(DECLINED))
        return day
    story.tell(receiver, "referral-accepted", day, referral_id=referral, due=str(story.after(day, 20, 60)))
    if not story.chance(0.74):
        return day
    day = story.after(day, 8, 90)
    if speaker(receiver, day) != receiver:
        return day
    outcome = rng.choice(OUTCOMES_OF_PREMISES if reason == "premises-need" else OUTCOMES)
    story.tell(receiver, "referral-completed", day, referral_id=referral, outcome=outcome)
    return day


def _second_choice(sender: str, receiver: str) -> dict[str, str] | None:
    second = SECOND.get(receiver)
    return {"agency": second, "service": NEEDS[second][0]} if second and second != sender else None


def _receiver(story: Story, sender: str, day: date) -> str:
    """Whom it goes to. Near the merger, what a predecessor could no longer answer goes to its successor."""
    kind, answered = story.who.sector.kind, day + timedelta(days=180)
    receivers = {"finance": 30, "bee": 24, "citydev": 10, "1819": 6, coaching_on(answered): 26}
    if kind in ("ict", "life-science", "green"):
        receivers["innoviris"] = 26
    if story.who.founded and story.who.founded < day:
        receivers[export_on(answered)] = 12
    for site in SITES:
        if site.agency != "citydev" and (not site.kinds or kind in site.kinds):
            receivers[site.agency] = 4
    receivers.pop(sender, None)
    return story.rng.choices(list(receivers), list(receivers.values()))[0]
