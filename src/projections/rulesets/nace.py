"""NACE-BEL: the codes by which rules name activities, each in a version that has it. Statbel's lists, by a library."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter

Version = Literal["2003", "2008", "2025"]
LONGEST = 5
"""Digits of a NACE-BEL code; the seven of the enterprise register divide them further."""


@cache
def beginnings(version: str) -> frozenset[str]:
    """Every code of two to five digits (without points) that a code of a version is, or begins with."""
    from bce_codes_to_label import nace  # noqa: PLC0415 - seven megabytes that only those who check rules need

    codes = (code.partition(":")[2] for code in nace.codes if code.startswith(f"{version}:"))
    return frozenset(code[:size] for code in codes for size in range(2, min(len(code), LONGEST) + 1))


def _spans(text: str) -> frozenset[str]:
    found: set[str] = set()
    for span in text.split():
        first, _, last = span.partition("-")
        found.update(f"{division:02d}" for division in range(int(first), int(last or first) + 1))
    return frozenset(found)


DIVISIONS = {
    "2003": _spans("1-2 5 10-11 12-14 15-37 40-41 45 50-52 55 60-67 70-75 80 85 90-93 95-97 99"),
    "2008": _spans("1-3 5-9 10-33 35-39 41-43 45-47 49-53 55-56 58-66 68-75 77-82 84-88 90-99"),
    "2025": _spans("1-3 5-9 10-33 35-39 41-43 46-47 49-53 55-56 58-66 68-75 77-82 84-88 90-99"),
}
"""The divisions of each NACE version. Sources: NACE Rev. 1.1, Reg. (EC) 29/2002; Rev. 2, Reg. (EC) 1893/2006; Rev. 2.1,
Delegated Reg. (EU) 2023/137, which has no division 45."""


def prefixes(version: str) -> TypeAdapter[Any]:
    """A list of code prefixes of a NACE version: two to five digits that begin a code of it, each once."""

    def known(code: str) -> str:
        if code[:2] not in DIVISIONS[version]:
            raise ValueError(f"NACE-BEL {version} has no division {code[:2]}")
        if code not in beginnings(version):
            raise ValueError(f"NACE-BEL {version} has no code that begins with {code}")
        return code

    def apart(codes: list[str]) -> list[str]:
        for code in codes:
            wider = [other for other in codes if code.startswith(other)]
            if len(wider) > 1:
                raise ValueError(f"{code} stands under {min(wider, key=len)} already")
        return codes

    code = Annotated[str, Field(pattern=r"^\d{2,5}$"), AfterValidator(known)]
    return TypeAdapter(Annotated[list[code], Field(min_length=1), AfterValidator(apart)])


def divisions(activities: dict[str, list[str]]) -> dict[str, list[str]]:
    """Divisions that exist in the NACE version they are named under."""
    for version, codes in activities.items():
        for code in codes:
            if code not in DIVISIONS[version]:
                raise ValueError(f"NACE-BEL {version} has no division {code}")
    return activities


FREIGHT = {version: prefixes(version) for version in DIVISIONS}


def freight(codes: dict[str, Any]) -> dict[str, Any]:
    """Code prefixes by NACE version."""
    for version, own in codes.items():
        FREIGHT[version].validate_python(own, strict=True)
    return codes
