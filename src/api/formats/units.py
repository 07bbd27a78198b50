"""Units that are more than a name: they say how a value is written."""

from __future__ import annotations

SHARE = "share"
"""A fraction of one."""
EURO = "EUR"
"""Euros, exact to the cent."""
