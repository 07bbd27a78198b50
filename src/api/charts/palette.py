"""The colours of charts: told apart with any kind of colour vision, and on white by anyone."""

from __future__ import annotations

INK = "#17202e"
SOFT = "#55606f"
LINE = "#d9dee6"
PAPER = "#ffffff"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#17202e", "#aa3377", "#664400")
"""After Okabe and Ito (2008), "Color Universal Design": blue, vermilion, bluish green and black are theirs; purple is
of Tol (2021), brown of this house. Each stands out from white by 3 to 1 (WCAG 2.1, 1.4.11), and a test holds them apart
for who sees no red, no green or no blue."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
"""A shape goes with each colour, so that no line is told by its colour alone."""
