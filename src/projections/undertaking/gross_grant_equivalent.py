"""Gross grant equivalents: what aid in another form than a grant is worth. Decimals, rounded half up to the cent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any, NamedTuple

from dossier.values import quantity
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.law import law

EURO = "EUR"
CENT = Decimal("0.01")
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
LONGEST = 100
"""Years: a loan of more has no gross grant equivalent that can be followed."""
FULL = (Decimal(1), Decimal(1))
WHOLE = ("grant", "voucher", "equity", None)
"""Instruments whose gross grant equivalent is their amount. Source: Regulation (EU) 2023/2831, art. 4(2) and 4(4):
a grant, and capital as far as all of it is within the ceiling."""


class Basis(NamedTuple):
    """By what an aid is judged: the rules of a day (ISO text), and whether its undertaking carries freight by road."""

    rules: Ruleset
    on: str
    road_freight: bool = False

    def value(self, rule: str) -> Any:
        """What a rule says on the day."""
        return self.rules.on(rule, self.on)

    @property
    def ceiling(self) -> str:
        """The name of the rule that says the ceiling."""
        return "de-minimis.ceiling.road-freight" if self.road_freight else "de-minimis.ceiling"


class Equivalent(NamedTuple):
    """A gross grant equivalent in EUR; why it is only assumed, if it is; and the rule it follows from, if any."""

    amount: Decimal
    doubt: str | None = None
    rule: str | None = None


class NoEquivalent(ValueError):
    """The terms do not allow a computation; the message is a stable word for why."""


def equivalent(
    instrument: str | None,
    amount: str | None,
    stated: str | None,
    terms: dict[str, Any] | None,
    by: Basis,
) -> Equivalent:
    """The gross grant equivalent of an aid under the rules of a day.

    The one the agency stated, else by the terms, else the whole amount: with the doubt, where that assumes too much.
    Capital beyond the ceiling is no transparent aid, whatever is stated: Regulation (EU) 2023/2831, art. 4(4), and the
    same article of Regulation (EU) No 1407/2013.
    """
    whole = cents(quantity(amount or "0"))
    told = None if stated is None else cents(quantity(stated))
    if instrument == "equity" and whole > quantity(by.value(by.ceiling)):
        return Equivalent(max(whole, told or whole), "capital-beyond-ceiling", by.ceiling)
    if told is not None:
        return Equivalent(told)
    if terms is not None:
        rule = RULE.get((terms["kind"], terms["method"]))
        try:
            return Equivalent(of_terms(terms, by), rule=rule)
        except NoEquivalent as error:
            return Equivalent(whole, str(error), rule)
    return Equivalent(whole, None if instrument in WHOLE else "terms-missing")


def of_terms(terms: dict[str, Any], by: Basis) -> Decimal:
    """The gross grant equivalent of terms as the catalogue has them. Raises NoEquivalent."""
    compute = METHODS.get((terms["kind"], terms["method"]))
    if compute is None:
        raise NoEquivalent("method-unknown")
    if terms.get("currency", EURO) != EURO:  # the aid is in EUR: limits in EUR say nothing of a loan in another
        raise NoEquivalent("terms-in-another-currency")
    if not 1 <= terms["years"] <= LONGEST:
        raise NoEquivalent("years-out-of-range")
    try:
        return cents(max(Decimal(0), compute(terms, by)))
    except DecimalException:
        raise NoEquivalent("terms-out-of-range") from None


@law("Regulation (EU) No 1407/2013, art. 4(3)(b); Regulation (EU) 2023/2831, art. 4(3)(b)", holds_from="2014-01-01")
def loan_safe_harbour(terms: dict[str, Any], by: Basis) -> Decimal:
    """A loan with collateral for half of it, within one of the limits: its share of the whole ceiling.

    full x amount x years / (limit's amount x limit's years): 0.04 x amount x years under both regulations.
    """
    rule = by.value("de-minimis.loan.safe-harbour")
    if quantity(terms.get("collateral_percent", "0")) < quantity(rule["collateral_percent"]):
        raise NoEquivalent("collateral-too-low")
    return _share(quantity(terms["principal"]), terms["years"], rule, by)


@law("Regulation (EU) No 1407/2013, art. 4(6)(b); Regulation (EU) 2023/2831, art. 4(6)(b)", holds_from="2014-01-01")
def guarantee_safe_harbour(terms: dict[str, Any], by: Basis) -> Decimal:
    """A guarantee of at most 80 % of the loan, within one of the limits: its share of the whole ceiling.

    full x guaranteed x years / (limit's amount x limit's years): guaranteed x years x 2/75 under both regulations.
    """
    rule = by.value("de-minimis.guarantee.safe-harbour")
    if quantity(terms["guaranteed_percent"]) > quantity(rule["guaranteed_percent"]):
        raise NoEquivalent("guaranteed-share-too-high")
    return _share(quantity(terms["guaranteed"]), terms["years"], rule, by)


def _share(amount: Decimal, years: int, rule: dict[str, Any], by: Basis) -> Decimal:
    """The limits stand for the whole ceiling: where road freight has half of it, it has half of them.

    Source: Regulation (EU) No 1407/2013, art. 4(3)(b) and 4(6)(b), which give both: 500,000 over five years or 250,000
    over ten for its loans, 750,000 or 375,000 for its guarantees. The share of the ceiling that a year costs is one.
    """
    own, whole = (quantity(by.value(name)) for name in (by.ceiling, "de-minimis.ceiling")) if by.road_freight else FULL
    for limit in rule["limits"]:
        if amount * whole <= quantity(limit["amount"]) * min(own, whole) and years <= limit["years"]:
            return EXACT.divide(quantity(rule["full"]) * amount * years, quantity(limit["amount"]) * limit["years"])
    raise NoEquivalent("beyond-safe-harbour")


@law("Regulation (EU) No 1407/2013, art. 4(3)(c); Regulation (EU) 2023/2831, art. 4(3)(c)", holds_from="2014-01-01")
def loan_reference_rate(terms: dict[str, Any], by: Basis) -> Decimal:
    """The interest saved against the reference rate, discounted; repaid in equal yearly parts in arrears.

    Sum over the years t of (reference - loan rate) x outstanding in t / (1 + discount rate)^t. Source of the rates:
    Communication on reference and discount rates (2008/C 14/02).
    """
    names = ("reference_rate_percent", "loan_rate_percent", "discount_rate_percent")
    if any(name not in terms for name in names):
        raise NoEquivalent("rates-missing")
    reference, own, discount = (quantity(terms[name]) / 100 for name in names)
    if discount <= -1:
        raise NoEquivalent("terms-out-of-range")
    principal, years, saved = quantity(terms["principal"]), terms["years"], Decimal(0)
    for year in range(1, years + 1):
        outstanding = EXACT.divide(principal * (years - year + 1), Decimal(years))
        saved += EXACT.divide((reference - own) * outstanding, EXACT.power(1 + discount, year))
    return saved


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent, half a cent up."""
    return amount.quantize(CENT, context=EXACT)


Method = Callable[[dict[str, Any], Basis], Decimal]
METHODS: dict[tuple[str, str], Method] = {
    ("loan", "safe-harbour"): loan_safe_harbour,
    ("loan", "reference-rate"): loan_reference_rate,
    ("guarantee", "safe-harbour"): guarantee_safe_harbour,
}
RULE = {
    ("loan", "safe-harbour"): "de-minimis.loan.safe-harbour",
    ("guarantee", "safe-harbour"): "de-minimis.guarantee.safe-harbour",
}
