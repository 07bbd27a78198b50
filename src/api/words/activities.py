"""Activities: what a NACE-BEL code is called, in the version it was given in. Names of Statbel, by a library."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from api.words.languages import Lang


@lru_cache(maxsize=4_096)
def activity(version: str, code: str, lang: Lang) -> str | None:
    """The name of the class a code lies in, else of its division; None where the version's table has neither."""
    from bce_codes_to_label import nace  # noqa: PLC0415 - seven megabytes, when the first activity is shown

    digits = code.replace(".", "")
    found: dict[str, Any] | None = nace(f"{version}:{digits[:4]}") or nace(f"{version}:{digits[:2]}")
    return str(found[f"label_{lang}"]) if found else None
