"""Facts about aid: applied for, decided, paid, repaid. Amounts gross, as decimal strings."""

from typing import Literal, Self

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from dossier.catalogue.fact import CLOSED, Fact, fact
from dossier.catalogue.parts import Terms
from dossier.values import Amount, Currency, Day, FreeText, Identifier, LegalIdentifier, Term

Instrument = Literal["grant", "loan", "guarantee", "equity", "voucher", "tax-advantage"]
LegalBasis = Literal["de-minimis", "gber", "sgei", "none"]


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class OfApplication(Fact):
    """A fact about one application, named by the agency that took it."""

    application_id: Identifier


@fact("aid-applied", fr="Aide demandée", nl="Steun aangevraagd", en="Aid applied for")
class AidApplied(OfApplication):
    scheme: Term | None = None
    instrument: Instrument
    amount: Amount | None = None
    currency: Currency = "EUR"
    legal_basis: LegalBasis | None = None
    legal_identifier: LegalIdentifier | None = None


@fact("aid-decided", fr="Décision sur l’aide", nl="Beslissing over steun", en="Aid decided")
class AidDecided(OfApplication):
    outcome: Literal["granted", "refused", "withdrawn"]
    amount: Amount | None = None
    currency: Currency = "EUR"
    gross_grant_equivalent: Amount | None = None
    terms: Terms | None = None
    legal_basis: LegalBasis | None = None
    legal_right_conferred_on: Day | None = None
    legal_identifier: LegalIdentifier | None = None
    published_on: Day | None = None
    reason: FreeText | None = None

    @model_validator(mode="after")
    def _a_grant_has_an_amount(self) -> Self:
        if self.outcome == "granted" and self.amount is None:
            raise PydanticCustomError(
                "amount_missing", "a granted decision needs its amount, gross, as a decimal string"
            )
        return self


@fact("aid-paid", fr="Aide versée", nl="Steun uitbetaald", en="Aid paid")
class AidPaid(OfApplication):
    amount: Amount
    currency: Currency = "EUR"
    tranche: Term | None = None


@fact("aid-repaid", fr="Aide remboursée", nl="Steun terugbetaald", en="Aid repaid")
class AidRepaid(OfApplication):
    amount: Amount
    currency: Currency = "EUR"
    reason: FreeText | None = None
