"""Units that are more than a name: they say how a value is written."""

from __future__ import annotations

SHARE = "share"
"""A fraction of one."""
EURO = "EUR"
"""Euros, exact to the cent."""
EUROS = (EURO, "EUR per enterprise")
"""What is written as an amount is: a mean of euros too, though it is not exact."""
COUNTS = ("dossiers", "referrals")
"""What is counted in whole numbers; any other may have decimals, be it `agencies`, of which there is a mean."""
DECIMALS = 4
"""To how many a value is rounded that is neither a count nor an amount."""


def decimals(unit: str) -> int:
    """How many decimals a value of a unit may have; of one that nobody named yet, as many as any."""
    return 0 if unit in COUNTS else 2 if unit == EURO else DECIMALS
