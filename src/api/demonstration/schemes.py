"""Aid schemes of the demonstration: who gives what, to whom, from when. The Region's, simplified."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from api.demonstration.entrepreneur import Entrepreneur

NEW_ORDINANCE = date(2024, 3, 26)
"""From this day the ordinance of 13 October 2023 applies to grants for SMEs, before that of 3 May 2018."""


class Scheme(NamedTuple):
    """One scheme: amounts asked in EUR, `days` a decision takes, `kinds` of sector (empty: all)."""

    agency: str
    scheme: str
    instrument: str
    legal_basis: str
    amounts: tuple[int, int]
    days: tuple[int, int]
    share: int
    kinds: tuple[str, ...] = ()
    since: date = date.min
    until: date = date.max
    local_term: str | None = None


RESEARCH = ("ict", "life-science", "green")
HIT = ("food", "shop", "transport", "service")
SCHEMES: tuple[Scheme, ...] = (
    Scheme("bee", "consultancy-grant", "grant", "de-minimis", (1_000, 12_000), (25, 95), 26,
           until=NEW_ORDINANCE, local_term="Prime consultance"),
    Scheme("bee", "advice-grant-2024", "grant", "de-minimis", (1_500, 15_000), (25, 80), 26,
           since=NEW_ORDINANCE, local_term="Prime conseil"),
    Scheme("bee", "investment-grant", "grant", "gber", (5_000, 80_000), (60, 170), 22,
           ("maker", "food", "shop", "transport", "green")),
    Scheme("bee", "recruitment-grant", "grant", "de-minimis", (8_000, 30_000), (40, 120), 12),
    Scheme("bee", "web-grant", "grant", "de-minimis", (2_000, 9_000), (25, 90), 12, local_term="Prime web"),
    Scheme("bee", "covid-19-compensation", "grant", "none", (3_000, 6_000), (10, 45), 60, HIT,
           date(2020, 4, 1), date(2021, 9, 30), "Prime Tetra"),
    Scheme("innoviris", "innovation-voucher", "voucher", "de-minimis", (3_000, 10_000), (20, 70), 14,
           (*RESEARCH, "maker")),
    Scheme("innoviris", "proof-of-business", "grant", "de-minimis", (25_000, 100_000), (70, 190), 14,
           RESEARCH),
    Scheme("innoviris", "r-and-d-project", "grant", "gber", (90_000, 600_000), (100, 260), 14,
           ("ict", "life-science")),
    Scheme("innoviris", "starters-award", "grant", "gber", (150_000, 500_000), (120, 240), 5,
           ("ict", "life-science"), since=date(2017, 1, 1)),
    Scheme("finance", "starter-loan", "loan", "de-minimis", (15_000, 250_000), (25, 90), 26),
    Scheme("finance", "recovery-loan", "loan", "none", (25_000, 150_000), (15, 50), 14,
           since=date(2020, 5, 1), until=date(2022, 6, 30)),
    Scheme("finance", "guarantee", "guarantee", "de-minimis", (20_000, 200_000), (15, 60), 14),
    Scheme("finance", "seed-equity", "equity", "none", (50_000, 300_000), (60, 200), 7,
           ("ict", "life-science", "green")),
    Scheme("bie", "export-support", "grant", "de-minimis", (1_000, 9_000), (20, 60), 24,
           ("ict", "maker", "life-science", "green", "shop"), until=date(2017, 9, 1)),
    Scheme("hub", "export-support", "grant", "de-minimis", (1_000, 9_000), (20, 60), 8,
           ("ict", "maker", "life-science", "green", "shop"), since=date(2018, 1, 15)),
)  # fmt: skip
HEAVY: tuple[Scheme, ...] = (
    Scheme("bee", "growth-grant", "grant", "de-minimis", (40_000, 95_000), (40, 120), 0),
    Scheme("innoviris", "proof-of-business", "grant", "de-minimis", (60_000, 100_000), (70, 190), 0),
    Scheme("finance", "starter-loan", "loan", "de-minimis", (150_000, 250_000), (25, 90), 0),
)
"""What an enterprise near its de minimis ceiling asks for, again and again."""


def open_to(who: Entrepreneur, day: date) -> list[Scheme]:
    """The schemes an enterprise may ask on a day."""
    return [
        scheme
        for scheme in SCHEMES
        if scheme.since <= day < scheme.until and (not scheme.kinds or who.sector.kind in scheme.kinds)
    ]
