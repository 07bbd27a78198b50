"""Records nested in facts. As JSON has them: plain mappings, closed and checked when they enter."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from dossier.catalogue.fact import CLOSED
from dossier.values import (
    PERSONAL,
    AgencyId,
    Amount,
    Count,
    Currency,
    Day,
    DecimalText,
    Language,
    PersonalName,
    Quantity,
    Term,
)

Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$")
]
Phone = Annotated[str, StringConstraints(max_length=40, pattern=r"^[+0-9][0-9 ().\-/]+$")]
BirthDate = Annotated[Day, Field(description="A day that has been.")]
NaceCode = Annotated[str, StringConstraints(pattern=r"^(?:[A-V]|[0-9]{2}(?:\.?[0-9](?:[0-9](?:\.?[0-9]{1,3})?)?)?)$")]


@with_config(CLOSED)
class PersonFields(TypedDict):
    """Who the entrepreneur is. Names as in the EU Core Person vocabulary, in snake_case."""

    given_name: NotRequired[PersonalName]
    family_name: NotRequired[PersonalName]
    birth_date: NotRequired[BirthDate]
    email: NotRequired[Email]
    phone: NotRequired[Phone]
    language: NotRequired[Language]


Person = Annotated[PersonFields, PERSONAL, Field(json_schema_extra={"x-personal": True})]


@with_config(CLOSED)
class Nace(TypedDict):
    """An economic activity: the code as given, with the version of NACE-BEL it belongs to."""

    version: Literal["2003", "2008", "2025"]
    code: NaceCode


@with_config(CLOSED)
class Seat(TypedDict):
    """Where an enterprise has its seat; `nis` is the commune's five-digit code."""

    postcode: NotRequired[Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]]
    nis: NotRequired[Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]]


# One accounting year of an undertaking, both days included. `from` is a word of Python: hence the call form.
FiscalYear = TypedDict("FiscalYear", {"from": Day, "to": Day})
with_config(CLOSED)(FiscalYear)


@with_config(CLOSED)
class SecondChoice(TypedDict):
    """Whom to turn to when a referral is declined; `service` where another one is meant."""

    agency: AgencyId
    service: NotRequired[Term]


@with_config(CLOSED)
class Assumption(TypedDict):
    """A dated assumption of a plan: what the entrepreneur expects of a key in a period."""

    key: Term
    period: Term
    value: DecimalText | Quantity
    unit: NotRequired[Term]


@with_config(CLOSED)
class LoanTerms(TypedDict):
    """What the gross grant equivalent of a loan follows from; percentages as decimal strings."""

    kind: Literal["loan"]
    method: Literal["safe-harbour", "reference-rate"]
    principal: Amount
    years: Count
    collateral_percent: NotRequired[DecimalText]
    loan_rate_percent: NotRequired[DecimalText]
    reference_rate_percent: NotRequired[DecimalText]
    discount_rate_percent: NotRequired[DecimalText]
    currency: NotRequired[Currency]


@with_config(CLOSED)
class GuaranteeTerms(TypedDict):
    """What the gross grant equivalent of a guarantee follows from."""

    kind: Literal["guarantee"]
    method: Literal["safe-harbour"]
    guaranteed: Amount
    years: Count
    guaranteed_percent: DecimalText
    currency: NotRequired[Currency]


Terms = Annotated[LoanTerms | GuaranteeTerms, Field(discriminator="kind")]
