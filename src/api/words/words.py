"""The words of a language: messages and terms from its catalogue; dates, numbers and money by Babel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from api.words.languages import Lang
from dossier.event import in_brussels

LOCALES: dict[Lang, str] = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}


class Words:
    """What a page says in one language. A message that does not exist is a KeyError: none is missing in silence."""

    def __init__(self, lang: Lang, catalogue: Mapping[str, Any]) -> None:
        self.lang = lang
        self.locale = Locale.parse(LOCALES[lang])
        self._messages = flattened(catalogue["messages"])
        self._terms: Mapping[str, str] = catalogue["terms"]
        self._fields: Mapping[str, str] = catalogue["fields"]
        self._communes: Mapping[str, str] = catalogue["communes"]

    def __call__(self, key: str, /, **values: object) -> str:
        """A message, its `{names}` filled in."""
        return self._messages[key].format_map(values)

    def optional(self, key: str) -> str | None:
        """A message where there is one: for names that come with data, of which some have no words yet."""
        return self._messages.get(key)

    def count(self, key: str, number: int) -> str:
        """A message that counts: `key.one` or `key.other`, by the language's own rule of plurals."""
        form: str = self.locale.plural_form(number)
        return self(
            f"{key}.{form}" if f"{key}.{form}" in self._messages else f"{key}.other", number=self.number(number)
        )

    def term(self, term: str, field: str = "") -> str:
        """A word of a vocabulary; one that the catalogue does not know is shown as the agency wrote it."""
        return self._terms.get(f"{field}.{term}") or self._terms.get(term) or term.replace("-", " ")

    def field(self, name: str, event: str = "") -> str:
        """What a field of an event is called."""
        return self._fields.get(f"{event}.{name}") or self._fields[name]

    def commune(self, nis: str) -> str:
        """A commune by its NIS code; the code itself outside the Region."""
        return self._communes.get(nis, nis)

    def spoken(self, language: str) -> str:
        """The name of a language, by its tag."""
        names: Mapping[str, str] = self.locale.languages
        return names.get(language.partition("-")[0], language)

    def day(self, when: date | str, precision: str = "day") -> str:
        """A day, or its month or year alone when no more is known. Instants are told by the clock of Brussels."""
        found = datetime.fromisoformat(when) if isinstance(when, str) else when
        if isinstance(found, datetime) and found.tzinfo:
            found = in_brussels(found)
        if precision == "day":
            return self._ordinal(format_date(found, "long", self.locale))
        at = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)  # noqa: DTZ001 - a day
        return format_skeleton("yMMMM" if precision == "month" else "y", at, locale=self.locale)

    def moment(self, when: datetime) -> str:
        """A day with its time, in Brussels."""
        return self._ordinal(format_datetime(in_brussels(when), "d MMM y, HH:mm", locale=self.locale))

    def _ordinal(self, day: str) -> str:
        """In French the first of a month is the first, not one: the locale data of Babel know no such day."""
        return f"1er {day[2:]}" if self.lang == "fr" and day.startswith("1 ") else day

    def number(self, value: int | float | str | Decimal) -> str:
        """A number, of four decimals at the most; what rounds to nothing has no sign."""
        rounded = round(Decimal(str(value)), 4) + 0
        return format_decimal(rounded, "#,##0.####", locale=self.locale)

    def percent(self, fraction: int | float | str | Decimal) -> str:
        """A fraction of one as a percentage."""
        return format_percent(
            round(Decimal(str(fraction)), 4) + 0,
            "#,##0.#\xa0%" if self.lang != "en" else "#,##0.#%",
            locale=self.locale,
        )

    def money(self, amount: str | Decimal, currency: str = "EUR") -> str:
        """An amount to the cent; whole amounts without cents."""
        exact = Decimal(amount) + 0
        digits = "#,##0" if exact == exact.to_integral_value() else "#,##0.00"
        pattern = {"fr": f"{digits}\xa0¤", "nl": f"¤\xa0{digits}", "en": f"¤{digits}"}[self.lang]
        return format_currency(exact, currency, pattern, locale=self.locale, currency_digits=False)

    def about(self, amount: str | Decimal, currency: str = "EUR") -> str:
        """An amount in a few digits: € 1.2M."""
        return format_compact_currency(Decimal(amount), currency, locale=self.locale, fraction_digits=1)

    def listed(self, values: Sequence[str]) -> str:
        """Values one after the other, as the language joins them."""
        return format_list(list(values), locale=self.locale)


def capital(text: str) -> str:
    """A text with a capital at its start; what follows keeps its own."""
    return text[:1].upper() + text[1:]


def flattened(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """`{"a": {"b": "x"}}` -> `{"a.b": "x"}`."""
    flat: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


@lru_cache
def words(lang: Lang) -> Words:
    """The words of a language, read once."""
    return Words(lang, catalogue(lang))


def catalogue(lang: Lang) -> dict[str, Any]:
    """A language's catalogue as its file has it."""
    text = files("api.words").joinpath("messages", f"{lang}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
