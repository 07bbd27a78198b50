"""The language of a page: asked for, remembered, or preferred by the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from starlette.requests import Request

Lang = Literal["fr", "nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
DEFAULT: Lang = "fr"
COOKIE = "lang"


def language_of(request: Request) -> Lang:
    """`?lang=`, else the cookie, else the best of Accept-Language, else French."""
    asked = request.query_params.get("lang", "")
    return (
        known(asked) or known(request.cookies.get(COOKIE, "")) or _preferred(request.headers.get("accept-language", ""))
    )


def known(tag: str) -> Lang | None:
    """The language of a BCP 47 tag, when pages speak it."""
    primary = tag.strip().lower().partition("-")[0]
    return next((lang for lang in LANGUAGES if lang == primary), None)


def _preferred(header: str) -> Lang:
    """RFC 9110, 12.5.4: the highest weight wins, of equal ones the first; 0 means not wanted."""
    best, weight = DEFAULT, 0.0
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        found, quality = known(tag), _quality(parameter)
        if found and quality > weight:
            best, weight = found, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
