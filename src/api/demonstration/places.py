"""The nineteen communes: names, NIS codes, postcodes, and how many entrepreneurs live in each (relative)."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Commune(NamedTuple):
    """One commune of the Region."""

    nis: str
    name_fr: str
    name_nl: str
    postcodes: tuple[str, ...]
    share: int

    def name(self, language: str) -> str:
        """Its name in a language; English says the French one, but for Brussels."""
        if language == "en" and self.nis == "21004":
            return "Brussels"
        return self.name_nl if language == "nl" else self.name_fr


COMMUNES: tuple[Commune, ...] = (
    Commune("21001", "Anderlecht", "Anderlecht", ("1070",), 11),
    Commune("21002", "Auderghem", "Oudergem", ("1160",), 3),
    Commune("21003", "Berchem-Sainte-Agathe", "Sint-Agatha-Berchem", ("1082",), 2),
    Commune("21004", "Bruxelles", "Brussel", ("1000", "1000", "1000", "1020", "1120", "1130"), 19),
    Commune("21005", "Etterbeek", "Etterbeek", ("1040",), 4),
    Commune("21006", "Evere", "Evere", ("1140",), 3),
    Commune("21007", "Forest", "Vorst", ("1190",), 5),
    Commune("21008", "Ganshoren", "Ganshoren", ("1083",), 1),
    Commune("21009", "Ixelles", "Elsene", ("1050",), 11),
    Commune("21010", "Jette", "Jette", ("1090",), 4),
    Commune("21011", "Koekelberg", "Koekelberg", ("1081",), 2),
    Commune("21012", "Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", ("1080",), 9),
    Commune("21013", "Saint-Gilles", "Sint-Gillis", ("1060",), 7),
    Commune("21014", "Saint-Josse-ten-Noode", "Sint-Joost-ten-Node", ("1210",), 3),
    Commune("21015", "Schaerbeek", "Schaarbeek", ("1030",), 11),
    Commune("21016", "Uccle", "Ukkel", ("1180",), 8),
    Commune("21017", "Watermael-Boitsfort", "Watermaal-Bosvoorde", ("1170",), 2),
    Commune("21018", "Woluwe-Saint-Lambert", "Sint-Lambrechts-Woluwe", ("1200",), 5),
    Commune("21019", "Woluwe-Saint-Pierre", "Sint-Pieters-Woluwe", ("1150",), 4),
)
SHARES: tuple[int, ...] = tuple(commune.share for commune in COMMUNES)


def draw_commune(rng: Random) -> Commune:
    """Where an entrepreneur settles."""
    return rng.choices(COMMUNES, SHARES)[0]


def seat(rng: Random, commune: Commune) -> dict[str, str]:
    """The seat of an enterprise in a commune, with one of its postcodes."""
    return {"postcode": rng.choice(commune.postcodes), "nis": commune.nis}
