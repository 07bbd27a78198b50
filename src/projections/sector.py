"""The sector rule: whether an activity is ICT, under the NACE version given with the code. Never converted."""

from __future__ import annotations

from typing import Any

from projections.ruleset import Ruleset


def is_ict(version: str, code: str, rules: Ruleset, on: str) -> bool:
    """Whether a NACE-BEL code belongs to ICT by the named list of its own version, as it is on a day (ISO text).

    Source: Eurostat's ICT sector definition for NACE Rev. 2; a house list, named as such, for NACE-BEL 2025.
    """
    prefixes: list[str] = rules.on(f"sector.ict.{version}", on)
    return code.replace(".", "").startswith(tuple(prefixes))


def sector(nace: dict[str, Any] | None, position: int, rules: Ruleset, on: str) -> dict[str, Any] | None:
    """The sector of a dossier on a day by the activity stated at a position; None when none was stated."""
    if nace is None:
        return None
    because = {"rule": f"sector.ict.{nace['version']}", "positions": [str(position)]}
    return {"nace": nace, "ict": is_ict(nace["version"], nace["code"], rules, on), "because": because}
