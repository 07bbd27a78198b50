"""Belgian enterprise numbers: any usual spelling in, ten digits out."""

import re

from stdnum.be import vat
from stdnum.exceptions import ValidationError

_CANONICAL = re.compile(r"[01]\d{9}")
_WORDS = re.compile(r"\s*(?:(?:BCE|KBO|TVA|BTW|VAT|N°|NR\.?)[\s:.]*)+", re.IGNORECASE)
_SPELLING = re.compile(r"\s*(?:BE)?[\s.\-/()]*[\d\s.\-/()]+", re.IGNORECASE)


class InvalidEnterpriseNumber(ValueError):
    """The text is no Belgian enterprise number; the message says why."""


def normalise(text: str) -> str:
    """`0472.909.840`, `BE 0472 909 840`, `TVA 472909840` -> `0472909840`.

    Stricter than python-stdnum, which takes 00 for a check: 97 - (first eight digits mod 97) is 1 to 97, so check
    digits 00 never exist. Series 0 and 1 (in use since 2023). Source: Crossroads Bank for Enterprises.
    """
    text = _WORDS.sub("", text, count=1) if _WORDS.match(text) else text
    if not _SPELLING.fullmatch(text):
        raise InvalidEnterpriseNumber("not an enterprise number: ten digits, spelled like 0472.909.840")
    try:
        number: str = vat.validate(text)
    except ValidationError as error:
        raise InvalidEnterpriseNumber(_reason(error)) from error
    if not _CANONICAL.fullmatch(number):
        raise InvalidEnterpriseNumber("an enterprise number has ten digits and starts with 0 or 1")
    if number.endswith("00"):
        raise InvalidEnterpriseNumber("the check digits of an enterprise number are never 00: check the last two")
    return number


def spells(text: str, number: str) -> bool:
    """Whether a text is a usual spelling of this enterprise number of ten digits."""
    try:
        return normalise(text) == number
    except InvalidEnterpriseNumber:
        return False


def _reason(error: ValidationError) -> str:
    kind = type(error).__name__
    if kind == "InvalidChecksum":
        return "the check digits of this enterprise number are wrong: check it for a typing mistake"
    return "not an enterprise number: ten digits starting with 0 or 1, spelled like 0472.909.840"


def dotted(number: str) -> str:
    """`0472909840` -> `0472.909.840`, the spelling of Belgian forms."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"
