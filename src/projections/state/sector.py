"""The sector rule: whether an activity is ICT, under the NACE version given with the code. Never converted."""

from __future__ import annotations

from typing import Any

from projections.rulesets.ruleset import Ruleset
from projections.undertaking.law import law


@law(
    "ICT sector by the OECD (2002) for NACE-BEL 2003, by Eurostat (isoc_se_esms) for 2008, by a house list for 2025",
    holds_from="2003-01-01",
)
def is_ict(version: str, code: str, rules: Ruleset, on: str) -> bool:
    """Whether a NACE-BEL code belongs to ICT by the named list of its own version, as it is on a day (ISO text).

    Source: the OECD's definition for NACE-BEL 2003 and Eurostat's for 2008; a house list, named as such, for 2025. Each
    holds from the day its version was in use.
    """
    prefixes: list[str] = rules.on(f"sector.ict.{version}", on)
    return code.replace(".", "").startswith(tuple(prefixes))


def sector(nace: dict[str, Any] | None, position: int, rules: Ruleset, on: str) -> dict[str, Any] | None:
    """The sector of a dossier on a day by the activity stated at a position; None when none was stated."""
    if nace is None:
        return None
    because = {"rule": f"sector.ict.{nace['version']}", "positions": [str(position)]}
    return {"nace": nace, "ict": is_ict(nace["version"], nace["code"], rules, on), "because": because}
