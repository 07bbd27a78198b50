"""Names as one meets them in Brussels: given and family names by origin, each origin with its share.

All persons are invented: a given name and a family name drawn apart from these lists.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Origin(NamedTuple):
    """Names that tend to go together; `languages`: the shares of those who choose French, Dutch, English."""

    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    languages: tuple[int, int, int] = (80, 5, 15)


def _origin(share: int, women: str, men: str, families: str, languages: tuple[int, int, int] = (80, 5, 15)) -> Origin:
    given, other, last = (tuple(names.split("|")) for names in (women, men, families))
    return Origin(share, given, other, last, languages)


ORIGINS: tuple[Origin, ...] = (
    _origin(
        24,
        "Camille|Élodie|Charlotte|Aurélie|Céline|Manon|Justine|Anne-Sophie|Valérie|Hélène|Margaux|Zoé|Noémie",
        "Nicolas|Thomas|Maxime|François|Benoît|Antoine|Jérôme|Loïc|Quentin|Gaëtan|Jean-Marc|Cédric",
        "Dubois|Lambert|Dupont|Leroy|Renard|Lejeune|Fontaine|Collignon|Hublet|Delvaux|Gérard|Warnier|Lacroix|d’Hoop",
        (92, 2, 6),
    ),
    _origin(
        17,
        "Lotte|Eline|Sofie|Katrien|Liesbeth|Femke|Hanne|An|Griet|Nele|Marijke|Saar",
        "Pieter|Wouter|Bram|Jeroen|Koen|Stijn|Dries|Geert|Joris|Tom|Ruben|Senne",
        "Peeters|Janssens|Maes|Van den Broeck|De Smet|Claes|Wouters|Vermeulen|Van Damme|De Clercq|Goossens",
        (22, 70, 8),
    ),
    _origin(
        19,
        "Fatima|Khadija|Yasmina|Nadia|Samira|Imane|Salma|Hanane|Loubna|Meryem|Soukaïna|Ikram",
        "Mohamed|Youssef|Ayoub|Karim|Rachid|Bilal|Hamza|Soufiane|Mehdi|Abdelilah|Nabil|Zakaria",
        "El Amrani|Benali|Bouzid|Chaoui|El Idrissi|Haddad|Ouali|Tahiri|Bennani|Azzouzi|Lahlou|Ziani",
        (84, 8, 8),
    ),
    _origin(
        7,
        "Elif|Zeynep|Ayşe|Merve|Emine|Büşra|Derya|Selin",
        "Mehmet|Emre|Murat|Hakan|Burak|Serkan|Cem|Yusuf",
        "Yılmaz|Demir|Kaya|Şahin|Çelik|Öztürk|Aydın|Arslan|Koç|Doğan",
        (74, 16, 10),
    ),
    _origin(
        7,
        "Grâce|Chantal|Naomie|Bénédicte|Deborah|Mireille|Gloria|Ornella",
        "Christian|Jonathan|Trésor|Patrick|Dieudonné|Hervé|Exaucé|Fiston",
        "Mukendi|Ilunga|Kabongo|Tshibangu|Mbuyi|Kasongo|Lukusa|Ngoy|Mutombo|Nsimba",
        (90, 3, 7),
    ),
    _origin(
        5,
        "Giulia|Chiara|Francesca|Alessia|Valentina|Silvia",
        "Marco|Luca|Alessandro|Matteo|Fabio|Davide",
        "Rossi|Ferrara|Esposito|Ricci|Lombardi|Moretti|Greco|Barbieri",
        (68, 4, 28),
    ),
    _origin(
        5,
        "Lucía|Carmen|Marta|Paula|Inés|Beatriz",
        "Alejandro|Javier|Pablo|Sergio|Álvaro|Diego",
        "García López|Fernández|Martínez|Sánchez|Romero|Navarro|Ortega|Iglesias",
        (62, 4, 34),
    ),
    _origin(
        4,
        "Inês|Mariana|Catarina|Sofia|Beatriz|Joana",
        "João|Tiago|Rui|Nuno|Gonçalo|Paulo",
        "Silva|Ferreira|Carvalho|Gonçalves|Rodrigues|Teixeira|Pereira|Marques",
        (74, 4, 22),
    ),
    _origin(
        4,
        "Agnieszka|Katarzyna|Małgorzata|Magdalena|Joanna|Zofia",
        "Piotr|Tomasz|Paweł|Łukasz|Marcin|Krzysztof",
        "Kowalska|Nowak|Wiśniewski|Zieliński|Wójcik|Lewandowski|Kamiński|Dąbrowski",
        (58, 10, 32),
    ),
    _origin(
        4,
        "Ioana|Andreea|Mihaela|Elena|Roxana|Cristina",
        "Andrei|Alexandru|Mihai|Florin|Bogdan|Răzvan",
        "Popescu|Ionescu|Dumitru|Stan|Munteanu|Ștefan|Diaconu|Lungu",
        (66, 6, 28),
    ),
    _origin(
        2,
        "Eleni|Maria|Katerina|Sofia",
        "Giorgos|Nikos|Dimitris|Kostas",
        "Papadopoulos|Georgiou|Nikolaidis|Vlachos|Makris",
        (56, 4, 40),
    ),
    _origin(
        2,
        "Lena|Anna|Emma|Sarah|Olha|Priya",
        "Max|James|Daniel|Arjun|Dmytro|Oliver",
        "Schneider|Murphy|Shevchenko|Sharma|Nguyen|Andersson|Taylor",
        (30, 6, 64),
    ),
)
SHARES: tuple[int, ...] = tuple(origin.share for origin in ORIGINS)
LANGUAGES = ("fr", "nl", "en")

COACHES: tuple[str, ...] = (
    "Anouk Verlinden", "Samir Benkirane", "Isabelle Marchal", "Tom Lauwers", "Delphine Okito", "Filip Nijs",
    "Naïma Chafik", "Grégory Piron", "Elena Marin", "Bruno Castelli", "Leyla Kurt", "Stéphanie Roosens",
)  # fmt: skip
"""Advisers of the agencies, as invented as everybody else."""

_SHOP_WORDS = (
    "Lumen",
    "Canal",
    "Marolles",
    "Zinneke",
    "Nord",
    "Senne",
    "Atomia",
    "Kiosk",
    "Pavé",
    "Iris",
    "Tram 81",
)
_TAILS = ("Studio", "Lab", "Works", "Atelier", "Collectif", "Partners", "Factory", "& Co")


def draw_name(rng: Random) -> tuple[str, str, str]:
    """A given name, a family name, and the language the person chooses; one in eight mixes two origins."""
    origin = rng.choices(ORIGINS, SHARES)[0]
    given = rng.choice(origin.women if rng.random() < 0.44 else origin.men)
    families = rng.choices(ORIGINS, SHARES)[0].families if rng.random() < 0.125 else origin.families
    language = rng.choices(LANGUAGES, origin.languages)[0]
    return given, rng.choice(families), language


def draw_company(rng: Random, family_name: str) -> str:
    """What an enterprise is called: half of them after the entrepreneur."""
    if rng.random() < 0.4:
        return f"{family_name} {rng.choice(_TAILS)}"
    return f"{rng.choice(_SHOP_WORDS)} {rng.choice(_TAILS)}"
