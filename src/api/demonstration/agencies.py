"""The organisations of the demonstration: who posts, under which source, and who speaks for whom."""

from __future__ import annotations

from datetime import date

from dossier.agencies import Agency

MERGER = date(2018, 1, 1)
"""The day impulse, atrium and bie became hub.brussels; what they said before stays theirs."""

AGENCIES: tuple[Agency, ...] = (
    Agency("hub", "hub.brussels", "hub.brussels", "hub.brussels", "https://hub.brussels/events"),
    Agency("impulse", "Impulse", "Impulse", "Impulse", "https://impulse.brussels/events", "hub", MERGER),
    Agency("atrium", "Atrium", "Atrium", "Atrium", "https://atrium.brussels/events", "hub", MERGER),
    Agency(
        "bie", "Bruxelles Invest & Export", "Brussel Invest & Export", "Brussels Invest & Export",
        "https://invest-export.brussels/events", "hub", MERGER,
    ),
    Agency("1819", "1819", "1819", "1819", "https://1819.brussels/events"),
    Agency("innoviris", "Innoviris", "Innoviris", "Innoviris", "https://innoviris.brussels/events"),
    Agency(
        "bee", "Bruxelles Économie et Emploi", "Brussel Economie en Werkgelegenheid",
        "Brussels Economy and Employment",
        "https://economy-employment.brussels/events",
    ),
    Agency("finance", "finance.brussels", "finance.brussels", "finance.brussels", "https://finance.brussels/events"),
    Agency("citydev", "citydev.brussels", "citydev.brussels", "citydev.brussels", "https://citydev.brussels/events"),
    Agency("eebic", "EEBIC", "EEBIC", "EEBIC", "https://eebic.brussels/events"),
    Agency("icab", "ICAB", "ICAB", "ICAB", "https://icab.brussels/events"),
    Agency(
        "blsi", "Brussels Life Science Incubator", "Brussels Life Science Incubator",
        "Brussels Life Science Incubator", "https://blsi.brussels/events",
    ),
    Agency("greenbizz", "Greenbizz", "Greenbizz", "Greenbizz", "https://greenbizz.brussels/events"),
    *(
        Agency(
            f"gel-{slug}", f"Guichet d’économie locale de {fr}", f"Loket voor lokale economie van {nl}",
            f"Local-economy desk of {fr}", f"https://gel-{slug}.brussels/events",
        )
        for slug, fr, nl in (
            ("anderlecht", "Anderlecht", "Anderlecht"),
            ("bruxelles", "Bruxelles-Ville", "Brussel-Stad"),
            ("forest", "Forest", "Vorst"),
            ("molenbeek", "Molenbeek", "Molenbeek"),
            ("saint-gilles", "Saint-Gilles", "Sint-Gillis"),
            ("schaerbeek", "Schaerbeek", "Schaarbeek"),
        )
    ),
    *(
        Agency(
            f"brucenter-{slug}", f"Centre d’entreprises {name}", f"Bedrijvencentrum {name}",
            f"Enterprise centre {name}", f"https://brucenter-{slug}.brussels/events",
        )
        for slug, name in (("dansaert", "Dansaert"), ("euclides", "Euclides"), ("tanneurs", "Tanneurs"))
    ),
)  # fmt: skip

BY_ID: dict[str, Agency] = {agency.id: agency for agency in AGENCIES}
DESKS: dict[str, str] = {
    "21001": "gel-anderlecht", "21004": "gel-bruxelles", "21007": "gel-forest", "21012": "gel-molenbeek",
    "21011": "gel-molenbeek", "21013": "gel-saint-gilles", "21015": "gel-schaerbeek",
    "21014": "gel-schaerbeek",
}  # fmt: skip
"""Which local-economy desk serves a commune, by its NIS code; not every commune has one."""


def speaker(agency: str, day: date) -> str:
    """Who speaks for an organisation on a day: itself, or its successor once it merged."""
    successor = BY_ID[agency].successor
    return successor if successor is not None and day >= MERGER else agency


def coaching_on(day: date) -> str:
    """Who coaches starters on a day: impulse before the merger, hub after."""
    return "hub" if day >= MERGER else "impulse"


def retail_on(day: date) -> str:
    """Who advises shops on a day: atrium before the merger, hub after."""
    return "hub" if day >= MERGER else "atrium"


def export_on(day: date) -> str:
    """Who helps exporters on a day: bie before the merger, hub after."""
    return "hub" if day >= MERGER else "bie"
