"""The sector rule: whether an activity is ICT, under the NACE version given with the code. Never converted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from projections.ruleset import Ruleset, ruleset


def is_ict(version: str, code: str, rules: Ruleset) -> bool:
    """Whether a NACE-BEL code belongs to ICT by the named list of its own version.

    Source: Eurostat's ICT sector definition for NACE Rev. 2; a house list, named as such, for NACE-BEL 2025.
    """
    return _is_ict(version, code.replace(".", ""), rules.id)


@lru_cache(maxsize=10_000)
def _is_ict(version: str, digits: str, ruleset_id: str) -> bool:
    prefixes: list[str] = ruleset(ruleset_id).latest(f"sector.ict.{version}")
    return any(digits.startswith(prefix) for prefix in prefixes)


def sector(nace: dict[str, Any] | None, position: int, rules: Ruleset) -> dict[str, Any] | None:
    """The sector of a dossier by the activity stated at a position; None when none was stated."""
    if nace is None:
        return None
    because = {"rule": f"sector.ict.{nace['version']}", "positions": [str(position)]}
    return {"nace": nace, "ict": is_ict(nace["version"], nace["code"], rules), "because": because}
