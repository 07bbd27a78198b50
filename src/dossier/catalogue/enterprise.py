"""Facts about enterprises: what the entrepreneur founds, runs, merges, controls, and what it reports."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from dossier import enterprise_number
from dossier.catalogue.fact import CLOSED, Fact, fact
from dossier.catalogue.parts import FiscalYear, Nace, Seat
from dossier.values import Amount, Currency, Day, DecimalText, LegalIdentifier, PersonalName, Quantity, Term

Supplied = Annotated[str, StringConstraints(max_length=40)]
EnterpriseRole = Literal["founder", "manager", "owner"]


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Identified(Fact):
    """A fact about one enterprise: the number as ten digits, and as supplied when that was another spelling."""

    legal_identifier: LegalIdentifier
    legal_identifier_as_supplied: Supplied | None = None

    @model_validator(mode="before")
    @classmethod
    def _keep_supplied(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        number = given.get("legal_identifier")
        if isinstance(number, str) and not (len(number) == 10 and number.isascii() and number.isdigit()):
            return {"legal_identifier_as_supplied": number, **given}
        return given

    @model_validator(mode="after")
    def _supplied_is_a_spelling(self) -> Self:
        """Any other words could carry a person past the vault."""
        supplied = self.legal_identifier_as_supplied
        if supplied is not None and not enterprise_number.spells(supplied, self.legal_identifier):
            raise PydanticCustomError(
                "not_a_spelling", "legal_identifier_as_supplied is another spelling of legal_identifier"
            )
        return self


@fact("enterprise-linked", fr="Entreprise liée", nl="Onderneming gekoppeld", en="Enterprise linked")
class EnterpriseLinked(Identified):
    role: EnterpriseRole | None = None
    since: Annotated[Day | None, Field(alias="from")] = None
    legal_name: PersonalName | None = None


@fact("enterprise-unlinked", fr="Entreprise déliée", nl="Onderneming losgekoppeld", en="Enterprise unlinked")
class EnterpriseUnlinked(Identified):
    role: EnterpriseRole | None = None
    since: Annotated[Day | None, Field(alias="from")] = None


@fact("enterprise-created", fr="Entreprise créée", nl="Onderneming opgericht", en="Enterprise created")
class EnterpriseCreated(Identified):
    legal_form: Term | None = None
    nace: Nace | None = None
    seat: Seat | None = None
    fiscal_years: list[FiscalYear] | None = None
    legal_name: PersonalName | None = None


@fact("enterprise-ceased", fr="Entreprise cessée", nl="Onderneming stopgezet", en="Enterprise ceased")
class EnterpriseCeased(Identified):
    legal_form: Term | None = None
    nace: Nace | None = None
    seat: Seat | None = None


@fact(
    "enterprise-restructured",
    fr="Entreprise restructurée",
    nl="Onderneming geherstructureerd",
    en="Enterprise restructured",
)
class EnterpriseRestructured(Fact):
    kind: Literal["merger", "split", "takeover"]
    from_: Annotated[list[LegalIdentifier], Field(alias="from", min_length=1)]
    into: Annotated[list[LegalIdentifier], Field(min_length=1)]
    shares: dict[LegalIdentifier, DecimalText] | None = None

    @model_validator(mode="after")
    def _shares_are_of_the_whole(self) -> Self:
        shares = [Decimal(share) for share in (self.shares or {}).values()]
        if self.shares is not None and (sum(shares) != 1 or min(shares) < 0):
            raise PydanticCustomError("shares", "shares are decimal strings, none below 0, that sum to 1")
        return self


@fact("enterprise-controlled", fr="Lien de contrôle", nl="Zeggenschap", en="Enterprise controlled")
class EnterpriseControlled(Fact):
    controller: LegalIdentifier
    controlled: LegalIdentifier
    ground: Literal["votes", "board", "contract", "agreement"]
    since: Annotated[Day, Field(alias="from")]
    to: Day | None = None


@fact("figures-reported", fr="Chiffres déclarés", nl="Cijfers gerapporteerd", en="Figures reported")
class FiguresReported(Identified):
    period: Term
    headcount_fte: Quantity | None = None
    turnover: Amount | None = None
    balance_total: Amount | None = None
    currency: Currency = "EUR"
    r_and_d_share: Quantity | None = None
    fiscal_years: list[FiscalYear] | None = None
