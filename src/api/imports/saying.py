"""Saying: the words for each code of fault, in French, Dutch and English: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

import yaml

from api.words.words import catalogue

Lang = Literal["fr", "nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
REFUSED = "refused-"
"""Starts the code of a fault that is a refusal of the log; its words are those of the API's problem."""


class Said(NamedTuple):
    """A fault in words."""

    problem: str
    remedy: str


def said(code: str, about: Iterable[tuple[str, str]], lang: Lang = "en") -> Said:
    """The words of a code, with what it is about filled in."""
    values = dict(about)
    words = messages(lang).get(code)
    if words is None and code.startswith(REFUSED):
        return _refused(code.removeprefix(REFUSED), values, lang)
    if words is None:
        raise LookupError(f"no words for {code}")
    return Said(words["problem"].format_map(values), words["remedy"].format_map(values))


def _refused(slug: str, values: dict[str, str], lang: Lang) -> Said:
    """What the log refused: the field, the API's title and its advice; the detail is in English alone."""
    words = refusals(lang)[slug]
    where = " ".join(part for part in (values.get("event"), values.get("field")) if part)
    detail = f" ({values['detail']})" if values.get("detail") else ""
    return Said(f"{where}: {words['title']}{detail}" if where else words["title"] + detail, words["do"])


@lru_cache(maxsize=len(LANGUAGES))
def refusals(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    """The words of the API's problems, read once: a report may have a million lines."""
    found: Mapping[str, Mapping[str, str]] = catalogue(lang)["messages"]["problems"]
    return found


@lru_cache(maxsize=len(LANGUAGES))
def messages(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    """Every code with its words, and the words of a report, as the file of a language has them."""
    text = (files("api.imports") / "messages" / f"{lang}.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return found
