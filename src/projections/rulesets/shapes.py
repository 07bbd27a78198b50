"""The declared shape of each rule: its unit, and what a value of it must be. A rule without a shape is read by nothing.

A new rule gets its line here, beside the function that reads it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from dossier.catalogue.aid import LegalBasis
from dossier.catalogue.person import Phase
from dossier.catalogue.terms import UNMAPPED, controlled
from dossier.enterprise_number import normalise
from projections.rulesets.nace import Version, divisions, freight, prefixes

CLOSED = ConfigDict(extra="forbid", strict=True)
Euros = Annotated[int, Field(ge=0, lt=2**53)]
Years = Annotated[int, Field(ge=1, le=30)]
Headcount = Annotated[int, Field(ge=1, lt=2**53)]
Percent = Annotated[int, Field(ge=0, le=100)]


def canonical_number(text: str) -> str:
    """An enterprise number in its ten digits. Raises ValueError."""
    if normalise(text) != text:
        raise ValueError(f"write the ten digits: {normalise(text)}")
    return text


Number = Annotated[str, AfterValidator(canonical_number)]


class Shape(NamedTuple):
    """What is wanted of a rule."""

    unit: str
    value: TypeAdapter[Any]


@with_config(CLOSED)
class Undeclared(TypedDict):
    """The phase of a dossier for which none is declared, by its enterprises; `with_enterprise` for the rest."""

    without_enterprise: Phase
    with_enterprise: Phase
    created: NotRequired[Phase]
    with_turnover: NotRequired[Phase]
    ceased: NotRequired[Phase]


SizeClass = TypedDict("SizeClass", {"class": Literal["micro", "small", "medium"], "headcount_below": Headcount,
                                    "turnover": Euros, "balance_total": Euros})  # fmt: skip
SizeClass.__pydantic_config__ = CLOSED  # type: ignore[attr-defined]  # how pydantic configures a TypedDict


def rising(classes: list[Any]) -> list[Any]:
    """Size classes from the smallest on, each once: the first that an enterprise fits is its class."""
    order = ["micro", "small", "medium"]
    named = [one["class"] for one in classes]
    if named != sorted(set(named), key=order.index):
        raise ValueError(f"classes stand in the order {', '.join(order)}, each once")
    limits = [one["headcount_below"] for one in classes]
    if limits != sorted(set(limits)):
        raise ValueError("classes stand from the smallest headcount to the largest")
    return classes


@with_config(CLOSED)
class FiscalYears(TypedDict):
    """The fiscal year of a grant and those before it. Source: Reg. (EU) No 1407/2013, art. 3(5)."""

    kind: Literal["fiscal-years"]
    years: Years


@with_config(CLOSED)
class Rolling(TypedDict):
    """So many years back from the day of a grant. Source: Reg. (EU) 2023/2831, art. 3(2)."""

    kind: Literal["rolling"]
    years: Years
    anniversary: Literal["counts", "free"]


@with_config(CLOSED)
class CalendarYears(TypedDict):
    """The calendar year of a grant and those before it: another reading of Reg. (EU) 2023/2831, recital 11."""

    kind: Literal["calendar-years"]
    years: Years


Window = Annotated[FiscalYears | Rolling | CalendarYears, Field(discriminator="kind")]


@with_config(CLOSED)
class Counts(TypedDict):
    """Which aid counts against the ceiling, from which day, and whether what is repaid does."""

    legal_bases: Annotated[list[LegalBasis], Field(min_length=1)]
    outcomes: Annotated[list[Literal["granted", "withdrawn"]], Field(min_length=1)]
    day: Literal["conferred", "decided"]
    repaid: Literal["counts", "deducted"]


@with_config(CLOSED)
class Limit(TypedDict):
    """Up to this amount over so many years, the full ceiling is the gross grant equivalent."""

    amount: Euros
    years: Years


@with_config(CLOSED)
class LoanHarbour(TypedDict):
    """The safe harbour of loans. Source: Reg. (EU) 2023/2831, art. 4(3)(b)."""

    full: Euros
    collateral_percent: Percent
    limits: Annotated[list[Limit], Field(min_length=1)]


@with_config(CLOSED)
class GuaranteeHarbour(TypedDict):
    """The safe harbour of guarantees. Source: Reg. (EU) 2023/2831, art. 4(6)(b)."""

    full: Euros
    guaranteed_percent: Percent
    limits: Annotated[list[Limit], Field(min_length=1)]


@with_config(CLOSED)
class HighGrowth(TypedDict):
    """From so many employees, growing by more than so much a year. Source: Impl. Reg. (EU) No 439/2014."""

    headcount_from: Annotated[int, Field(ge=1)]
    percent_a_year: Percent
    years: Years
    strict: bool


@with_config(CLOSED)
class Dominance(TypedDict):
    """The so many largest contributors of a cell may hold no more than this share. 100 % is no rule."""

    largest: Annotated[int, Field(ge=1, le=10)]
    percent: Percent


def term_of(fact: str, field: str) -> AfterValidator:
    """A term of the common vocabulary of a field. An agency's own words are translated to it when they are recorded."""

    def known(term: str) -> str:
        terms = controlled()[fact][field].terms - {UNMAPPED}
        if term not in terms:
            raise ValueError(f"the vocabulary has no such term: it has {', '.join(sorted(terms))}")
        return term

    return AfterValidator(known)


Topic = Annotated[str, term_of("coaching-session-held", "topic")]
Service = Annotated[str, term_of("referral-made", "service")]


@with_config(CLOSED)
class Eligibility(TypedDict):
    """For whom an aid is meant: what is absent or empty asks for nothing. Told: by one of the topics or services.

    Activities are divisions by NACE version; `oldest_years` is how old an enterprise may be.
    """

    agency: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    open: NotRequired[bool]
    enterprise: NotRequired[bool]
    phases: NotRequired[list[Phase]]
    sectors: NotRequired[list[Literal["ict", "other"]]]
    size_classes: NotRequired[list[Literal["micro", "small", "medium", "large"]]]
    activities: NotRequired[Annotated[dict[Version, list[str]], AfterValidator(divisions)]]
    oldest_years: NotRequired[Years]
    topics: NotRequired[list[Topic]]
    services: NotRequired[list[Service]]


DAYS: TypeAdapter[Any] = TypeAdapter(Annotated[int, Field(ge=1, le=3_660)])
SCHEMES = sorted(controlled()["aid-applied"]["scheme"].terms - {UNMAPPED})

SHAPES: dict[str, Shape] = {
    "de-minimis.regulation": Shape("regulation", TypeAdapter(Literal["1407/2013", "2023/2831", "none"])),
    "de-minimis.ceiling": Shape("EUR", TypeAdapter(Euros)),
    "de-minimis.ceiling.road-freight": Shape("EUR", TypeAdapter(Euros)),
    "de-minimis.road-freight.nace": Shape(
        "code prefixes",
        TypeAdapter(Annotated[dict[Version, list[str]], AfterValidator(freight)]),
    ),
    "de-minimis.public-bodies": Shape("enterprise numbers", TypeAdapter(list[Number])),
    "de-minimis.window": Shape("years", TypeAdapter(Window)),
    "de-minimis.counts": Shape("convention", TypeAdapter(Counts)),
    "de-minimis.loan.safe-harbour": Shape("EUR and years", TypeAdapter(LoanHarbour)),
    "de-minimis.guarantee.safe-harbour": Shape("EUR and years", TypeAdapter(GuaranteeHarbour)),
    "disclosure.dominance": Shape("largest and percent", TypeAdapter(Dominance)),
    "disclosure.p-percent": Shape("percent", TypeAdapter(Percent)),
    "disclosure.threshold": Shape("undertakings", TypeAdapter(Annotated[int, Field(ge=1, le=100)])),
    **{f"eligibility.{scheme}": Shape("conditions", TypeAdapter(Eligibility)) for scheme in SCHEMES},
    "growth.high": Shape("fte and percent a year", TypeAdapter(HighGrowth)),
    "phase.without-declaration": Shape("phase", TypeAdapter(Undeclared)),
    "referral.answer-days": Shape("days", DAYS),
    "referral.completion-days": Shape("days", DAYS),
    "sector.ict.2003": Shape("code prefixes", prefixes("2003")),
    "sector.ict.2008": Shape("code prefixes", prefixes("2008")),
    "sector.ict.2025": Shape("code prefixes", prefixes("2025")),
    "size.periods": Shape("periods", TypeAdapter(Annotated[int, Field(ge=1, le=10)])),
    "size.classes": Shape(
        "fte and EUR", TypeAdapter(Annotated[list[SizeClass], Field(min_length=1), AfterValidator(rising)])
    ),
}
