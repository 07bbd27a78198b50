"""Premises: incubators, enterprise centres and workshops of the Region, and who moves in and out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from api.demonstration.story import Story


class Site(NamedTuple):
    """A building let by an organisation, for `kinds` of sector (empty: all); rent in EUR per m2 and month."""

    agency: str
    site: str
    kind: str
    rent: float
    kinds: tuple[str, ...] = ()


SITES: tuple[Site, ...] = (
    Site("eebic", "eebic-erasmus", "incubator", 13.0, ("ict", "life-science")),
    Site("icab", "icab-arsenal", "incubator", 14.5, ("ict",)),
    Site("blsi", "blsi-woluwe", "incubator", 17.0, ("life-science", "ict")),
    Site("greenbizz", "greenbizz-tivoli", "incubator", 10.5, ("green", "maker", "life-science")),
    Site("brucenter-dansaert", "dansaert", "enterprise-centre", 12.0),
    Site("brucenter-euclides", "euclides", "enterprise-centre", 9.5),
    Site("brucenter-tanneurs", "tanneurs", "enterprise-centre", 9.0),
    Site("citydev", "citydev-newton", "workshop", 6.5, ("maker", "transport", "green", "food")),
    Site("citydev", "citydev-birmingham", "workshop", 6.0, ("maker", "transport", "green", "food")),
    Site("citydev", "citydev-erasmus-sud", "workshop", 7.5, ("ict", "life-science", "maker")),
)


def move_in(story: Story, day: date) -> date:
    """A stay in premises of a kind that suits the sector; half of the stays end after one to five years."""
    who, rng = story.who, story.rng
    if who.ceased is not None and day >= who.ceased:
        return day
    suited = [site for site in SITES if not site.kinds or who.sector.kind in site.kinds]
    site = rng.choices(suited, [4 if site.kind == "incubator" else 1 for site in suited])[0]
    area = rng.choice((14, 18, 22.5, 30, 45, 60)) * (5 if site.kind == "workshop" else 1)
    rent = f"{area * site.rent:.2f}"
    told = {"site": site.site, "kind": site.kind, "area_m2": area, "rent": rent}
    story.tell(site.agency, "premises-entered", day, **told)
    left = story.after(day, 365, 1800)
    if who.ceased is not None and who.ceased < left:
        left = who.ceased + timedelta(days=1)
    elif not story.chance(0.55):
        return day
    story.tell(site.agency, "premises-left", left, **told)
    return left
