"""The colours: they stand out from the paper, and are told apart by whoever sees fewer of them."""

from __future__ import annotations

import math
from itertools import combinations

from api.charts.fitting import MOST_SERIES
from api.charts.palette import COLOURS, PAPER, SHAPES


def test_colours_stand_out_and_are_told_apart() -> None:
    """By 3 to 1 on paper (WCAG 2.1, 1.4.11); from one another also by who sees no red, no green or no blue."""
    assert len(COLOURS) == len(SHAPES) == MOST_SERIES
    assert [colour for colour in COLOURS if contrast(colour, PAPER) < 3] == []
    for kind in DEFICIENCIES.values():
        for one, other in combinations(COLOURS, 2):
            assert distance(seen(one, kind), seen(other, kind)) > 0.08, (one, other)


DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes (2009), at full severity, on linear RGB."""


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(front: str, back: str) -> float:
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (front, back))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: str, kind: tuple[tuple[float, ...], ...]) -> list[float]:
    rgb = linear(colour)
    return [max(0.0, sum(weight * part for weight, part in zip(row, rgb, strict=True))) for row in kind]


def distance(one: list[float], other: list[float]) -> float:
    """The distance of two colours in Oklab, Ottosson (2020)."""
    return math.dist(oklab(one), oklab(other))


def oklab(rgb: list[float]) -> list[float]:
    into = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
    cones = [sum(w * c for w, c in zip(row, rgb, strict=True)) ** (1 / 3) for row in into]
    out = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
           (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
    return [sum(w * c for w, c in zip(row, cones, strict=True)) for row in out]
