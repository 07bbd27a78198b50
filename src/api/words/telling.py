"""Telling facts in words: each field of an event's data with its name and its value in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.words.activities import activity
from api.words.words import Words
from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue import TYPES
from dossier.decisions import OPERATOR


@dataclass(frozen=True)
class Said:
    """One field in words; `href` when it speaks of something that has a page, `own` for the words of a person."""

    name: str
    label: str
    value: str
    href: str | None = None
    own: bool = False


class Teller:
    """Tells facts in one language, with the organisations by name."""

    def __init__(self, words: Words, agencies: Mapping[str, Agency]) -> None:
        self.words = words
        self._agencies = agencies

    def agency(self, agency: str) -> str:
        """The name of an organisation; its id when it is not registered. The operator is none, and has a word."""
        known = self._agencies.get(agency)
        if known is None and agency == OPERATOR:
            return self.words("roles.operator")
        return known.name(self.words.lang) if known else agency

    def knows(self, agency: str) -> bool:
        """Whether an organisation is registered under this id."""
        return agency in self._agencies

    def tell(self, type_: str, data: Mapping[str, Any]) -> list[Said]:
        """The fields of an event's data in words, those that matter most first; none that only programs need."""
        event, currency = TYPES[type_].NAME, data.get("currency", "EUR")
        terms = {field: value for field, value in data.get("terms", {}).items() if field != "kind"}
        flat = {**data.get("person", {}), **terms, **data}
        return [
            Said(field, self.words.field(field, event), text, _href(field, flat[field]), field in OWN)
            for field in sorted(flat, key=_rank)
            if field not in UNSAID and (text := self.value(field, flat[field], currency))
        ]

    def value(self, field: str, value: Any, currency: str = "EUR") -> str:
        """The value of a field in words."""
        if field in MONEY:
            return self.words.money(value, currency)
        if field in VERBATIM:
            return str(value)
        if told := FIELDS.get(field):
            return told(self, value)
        if isinstance(value, list):
            return self.words.listed([self.value(field, one, currency) for one in value])
        if isinstance(value, str):
            return self.words.term(value, field)
        return self.words.number(value)

    def nace(self, nace: Mapping[str, str]) -> str:
        """An activity by its name, with its code and the version that belongs to."""
        code = self._code(nace)
        named = self.activity(nace)
        return code if named == code else f"{named} ({code})"

    def activity(self, nace: Mapping[str, str]) -> str:
        """An activity by its name alone; by its code in a version without a table."""
        return activity(nace["version"], nace["code"], self.words.lang) or self._code(nace)

    def _code(self, nace: Mapping[str, str]) -> str:
        return f"{self.words('units.nace', version=nace['version'])} {nace['code']}"

    def seat(self, seat: Mapping[str, str]) -> str:
        """Postcode and commune."""
        commune = self.words.commune(seat["nis"]) if "nis" in seat else ""
        return f"{seat.get('postcode', '')} {commune}".strip()

    def numbers(self, value: Any) -> str:
        """One enterprise number with its points, or several."""
        numbers = [value] if isinstance(value, str) else value
        return self.words.listed([enterprise_number.dotted(number) for number in numbers])

    def _since(self, value: Any) -> str:
        return self.numbers(value) if isinstance(value, list) else self.words.day(value)

    def _shares(self, value: Mapping[str, str]) -> str:
        shares = [f"{enterprise_number.dotted(n)} {self.words.percent(share)}" for n, share in value.items()]
        return self.words.listed(shares)

    def _years(self, value: list[Mapping[str, str]]) -> str:
        days = self.words.day
        spans = [self.words("units.span", from_=days(one["from"]), to=days(one["to"])) for one in value]
        return self.words.listed(spans)

    def _assumptions(self, value: list[Mapping[str, Any]]) -> str:
        return self.words("units.separator").join(self._assumption(one) for one in value)

    def _assumption(self, one: Mapping[str, Any]) -> str:
        unit = one.get("unit", "")
        if unit == "EUR":
            told = self.words.money(str(one["value"]))
        elif unit == "FTE":
            told = self.words("units.fte", number=self.words.number(one["value"]))
        else:
            told = f"{self.words.number(one['value'])} {unit}".strip()
        return self.words("units.assumption", key=self.words.term(one["key"]), period=one["period"], value=told)

    def _second_choice(self, value: Mapping[str, str]) -> str:
        agency = self.agency(value["agency"])
        return (
            self.words.listed([agency, self.words.term(value["service"], "service")]) if "service" in value else agency
        )

    def _progress(self, value: Any) -> str:
        if value == "percent":
            return ""  # the percentage stands beside it
        return self.words.percent(value / 100) if isinstance(value, int) else self.words.term(value, "progress")


def _rank(field: str) -> tuple[int, int]:
    """Where a field stands: the first ones, all others, the last ones, what a person wrote."""
    for place, fields in ((0, FIRST), (2, LAST), (3, OWN)):
        if field in fields:
            return place, fields.index(field)
    return 1, 0


def _href(field: str, value: Any) -> str | None:
    return f"/dossiers/{value}" if field == "other" else None


def _unit(key: str) -> Callable[[Teller, Any], str]:
    return lambda teller, value: teller.words(key, number=teller.words.number(value))


def _of_hundred(teller: Teller, value: Any) -> str:
    return f"{teller.words.number(value)}\xa0%"


UNSAID = {
    "person",
    "terms",
    "local_terms",
    "currency",
    "legal_identifier_as_supplied",
    "application_id",
    "referral_id",
    "objective_id",
}
"""What names a thing for programs, and what is told field by field."""

FIRST = (
    "outcome", "scheme", "instrument", "given_name", "family_name", "legal_name", "phase", "service", "to_agency",
    "kind", "topic", "site", "period", "amount", "progress", "percent", "target", "headcount_fte", "turnover",
    "balance_total", "gross_grant_equivalent", "legal_basis", "legal_right_conferred_on", "minutes", "mode", "coach",
    "coach_role",
)  # fmt: skip
LAST = ("legal_identifier", "published_on", "local_term")
OWN = ("title", "summary", "note", "next_step", "reason")
"""Free text: told last, each on a line of its own."""

MONEY = {"amount", "gross_grant_equivalent", "turnover", "balance_total", "rent", "principal", "guaranteed"}
VERBATIM = {
    "local_term", "given_name", "family_name", "email", "phone", "legal_name", "title", "summary", "note", "next_step",
    "reason", "coach", "period", "tranche", "canvas_version", "other", "linked",
}  # fmt: skip
DAYS = ("until", "to", "due", "published_on", "legal_right_conferred_on", "birth_date")
NUMBERS = ("legal_identifier", "controller", "controlled", "into")
PERCENTS = ("percent", "collateral_percent", "loan_rate_percent", "reference_rate_percent", "discount_rate_percent",
            "guaranteed_percent")  # fmt: skip
AGENCIES = ("agency", "to_agency", "from_agency", "contact", "set_by", "progressed_by", "answered_by")
FIELDS: dict[str, Callable[[Teller, Any], str]] = {
    **dict.fromkeys(DAYS, lambda teller, value: teller.words.day(value)),
    **dict.fromkeys(NUMBERS, Teller.numbers),
    **dict.fromkeys(PERCENTS, _of_hundred),
    "from": Teller._since,
    "fiscal_years": Teller._years,
    "shares": Teller._shares,
    "nace": Teller.nace,
    "seat": Teller.seat,
    "assumptions": Teller._assumptions,
    "progress": Teller._progress,
    "second_choice": Teller._second_choice,
    "agreed": lambda teller, value: teller.words("units.agreed_yes" if value else "units.agreed_no"),
    **dict.fromkeys(AGENCIES, Teller.agency),
    "agencies": lambda teller, value: teller.words.listed([teller.agency(one) for one in value]),
    "language": lambda teller, value: teller.words.spoken(value),
    "minutes": _unit("units.minutes"),
    "area_m2": _unit("units.area"),
    "headcount_fte": _unit("units.fte"),
    "r_and_d_share": lambda teller, value: teller.words.percent(value),
    "years": lambda teller, value: teller.words.count("units.years", value),
    "site": lambda teller, value: value.replace("-", " ").title() if value.islower() else value,
    "nis": lambda teller, value: teller.words.commune(value),
}
