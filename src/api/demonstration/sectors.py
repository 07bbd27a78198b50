"""What people found: sectors with their NACE-BEL codes in both versions, and the words of a project in each.

One in four is ICT, in the sense of Eurostat's list. A code is never converted: each version has its own.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import NamedTuple

NEW_NACE = date(2025, 1, 1)
"""NACE-BEL 2025 is used from this day, NACE-BEL 2008 before."""


class Sector(NamedTuple):
    """A sector; `idea` is what one opens, as a noun with its article, in French, Dutch and English."""

    key: str
    share: int
    nace_2008: str
    nace_2025: str
    idea: dict[str, str]
    kind: str = "service"
    technologies: tuple[str, ...] = ()

    @property
    def ict(self) -> bool:
        """Whether it is one of the ICT sectors."""
        return self.kind == "ict"


def _sector(key: str, share: int, codes: str, idea: str, *more: str) -> Sector:
    old, new = codes.split(" ")
    kind, technologies, *_ = (*more, *("service", "")[len(more) :])
    words = dict(zip(("fr", "nl", "en"), idea.split(" | "), strict=True))
    return Sector(key, share, old, new, words, kind, tuple(technologies.split()))


SECTORS: tuple[Sector, ...] = (
    _sector("software", 90, "62010 62100",
            "un logiciel de planning pour soignants | planningsoftware voor de zorg | software for carers",
            "ict", "cloud artificial-intelligence mobile"),
    _sector("it-consulting", 55, "62020 62200",
            "un bureau de conseil informatique | een IT-adviesbureau | an IT consultancy",
            "ict", "cloud cybersecurity data-analytics"),
    _sector("hosting", 25, "63110 63100",
            "un hébergement de données sobre | zuinige datahosting | low-energy data hosting",
            "ict", "cloud edge-computing cybersecurity"),
    _sector("portal", 18, "63120 63910",
            "un portail de location d’outils | een verhuurportaal voor gereedschap | a tool-rental portal",
            "ict", "web mobile"),
    _sector("games", 14, "58210 58210",
            "un studio de jeux vidéo | een gamestudio | a game studio", "ict", "virtual-reality web"),
    _sector("packaged-software", 18, "58290 58290",
            "un logiciel de caisse | kassasoftware | till software", "ict", "cloud blockchain web"),
    _sector("devices", 10, "26200 26200",
            "des capteurs connectés | verbonden sensoren | connected sensors",
            "ict", "internet-of-things artificial-intelligence"),
    _sector("telecom", 10, "61900 61900",
            "un réseau radio pour capteurs | een radionetwerk voor sensoren | a radio network for sensors",
            "ict", "internet-of-things 5g"),
    _sector("computer-repair", 12, "95110 95100",
            "un atelier de réparation d’ordinateurs | een computerreparatiezaak | a computer repair shop",
            "ict", "web"),
    _sector("restaurant", 70, "56101 56111",
            "un restaurant de quartier | een buurtrestaurant | a neighbourhood restaurant", "food"),
    _sector("snack", 45, "56102 56112",
            "un comptoir à emporter | een afhaalzaak | a takeaway counter", "food"),
    _sector("catering", 25, "56210 56210",
            "un service traiteur végétal | een plantaardige catering | a plant-based catering service",
            "food"),
    _sector("bakery", 28, "10711 10711",
            "une boulangerie au levain | een zuurdesembakkerij | a sourdough bakery", "maker"),
    _sector("chocolate", 12, "10820 10820",
            "une chocolaterie | een chocolaterie | a chocolate maker", "maker"),
    _sector("brewery", 12, "11050 11050",
            "une microbrasserie | een microbrouwerij | a microbrewery", "maker"),
    _sector("fashion-shop", 40, "47711 47711",
            "une boutique de vêtements | een kledingwinkel | a clothes shop", "shop"),
    _sector("web-shop", 36, "47910 47120",
            "une boutique en ligne | een webwinkel | a web shop", "shop", "web"),
    _sector("florist", 14, "47761 47761", "un atelier floral | een bloemenatelier | a flower studio", "shop"),
    _sector("consulting", 62, "70220 70200",
            "un cabinet de conseil aux PME | een kmo-adviesbureau | an advisory firm for small businesses"),
    _sector("advertising", 28, "73110 73110",
            "une agence de communication | een communicatiebureau | a communication agency",
            "service", "web data-analytics"),
    _sector("graphic-design", 30, "74103 74120",
            "un studio graphique | een grafische studio | a design studio"),
    _sector("interior", 20, "71112 71112",
            "un bureau d’architecture d’intérieur | een interieurbureau | an interior design practice"),
    _sector("joinery", 26, "43320 43320", "une menuiserie | een schrijnwerkerij | a joinery", "maker"),
    _sector("electrician", 24, "43211 43211",
            "une entreprise d’électricité | een elektriciteitsbedrijf | an electrical contractor"),
    _sector("building", 26, "41201 41001",
            "une entreprise de rénovation | een renovatiebedrijf | a renovation firm"),
    _sector("hairdresser", 36, "96021 96210", "un salon de coiffure | een kapsalon | a hair salon", "shop"),
    _sector("training", 30, "85592 85592",
            "un centre de formation | een opleidingscentrum | a training centre"),
    _sector("childcare", 14, "88911 88911", "une crèche | een crèche | a nursery"),
    _sector("performing-arts", 16, "90011 90201",
            "une compagnie de danse | een dansgezelschap | a dance company"),
    _sector("taxi", 16, "49320 49330", "un service de taxi | een taxidienst | a taxi service", "transport"),
    _sector("road-freight", 14, "49410 49410",
            "une société de transport | een transportbedrijf | a haulage firm", "transport"),
    _sector("courier", 14, "53200 53200",
            "une messagerie à vélo | een fietskoeriersdienst | a bicycle courier", "transport"),
    _sector("clothing", 16, "14130 14210",
            "une marque de vêtements recyclés | een upcyclingmerk | an upcycled clothing brand",
            "green"),
    _sector("biotech", 14, "72110 72101",
            "un laboratoire d’enzymes | een enzymenlaboratorium | an enzyme laboratory",
            "life-science", "biotechnology artificial-intelligence"),
    _sector("cleaning", 22, "81210 81210",
            "une société de nettoyage | een schoonmaakbedrijf | a cleaning firm"),
    _sector("urban-farm", 10, "01130 01130",
            "une ferme urbaine | een stadsboerderij | an urban farm", "green"),
    _sector("recycling", 10, "38329 38210",
            "une filière de réemploi | een hergebruikketen | a materials reuse workshop", "green"),
    _sector("repair", 12, "95290 95290",
            "un atelier de vélos | een fietsatelier | a bicycle workshop", "green"),
    _sector("film", 14, "59111 59111",
            "une maison de production | een productiehuis | a film production house"),
)  # fmt: skip
SHARES: tuple[int, ...] = tuple(sector.share for sector in SECTORS)

_TITLES = {
    "fr": ("Ouvrir {idea} à {commune}", "Lancer {idea} à {commune}"),
    "nl": ("{idea} openen in {commune}", "{idea} opstarten in {commune}"),
    "en": ("Open {idea} in {commune}", "Start {idea} in {commune}"),
}
_ICT_TITLES = {
    "fr": ("Développer {idea} à {commune}", "Lancer {idea} à {commune}"),
    "nl": ("{idea} ontwikkelen in {commune}", "{idea} lanceren in {commune}"),
    "en": ("Develop {idea} in {commune}", "Launch {idea} in {commune}"),
}
_SUMMARIES = {
    "fr": "Le projet : {idea} à {commune}. Les premiers clients sont là ; reste le crédit.",
    "nl": "Het project: {idea} in {commune}. De eerste klanten zijn er; nu nog de financiering.",
    "en": "The project: {idea} in {commune}. First customers are known; the funding is still to be found.",
}


def draw_sector(rng: Random) -> Sector:
    """What an entrepreneur goes into."""
    return rng.choices(SECTORS, SHARES)[0]


def nace(rng: Random, sector: Sector, day: date) -> dict[str, str]:
    """The sector's code in the version of the day, spelled with or without its points."""
    version, code = ("2025", sector.nace_2025) if day >= NEW_NACE else ("2008", sector.nace_2008)
    spelled = rng.choice((code, f"{code[:2]}.{code[2:]}", f"{code[:2]}.{code[2:4]}"))
    return {"version": version, "code": spelled}


def describe(rng: Random, sector: Sector, language: str, commune: str) -> tuple[str, str]:
    """The title and the summary of a project, in the entrepreneur's words."""
    idea = sector.idea[language]
    titles = _ICT_TITLES if sector.ict else _TITLES
    title = rng.choice(titles[language]).format(idea=idea, commune=commune)
    summary = _SUMMARIES[language].format(idea=idea, commune=commune)
    return title[0].upper() + title[1:], summary
