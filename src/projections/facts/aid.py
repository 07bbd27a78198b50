"""Applications for aid, with what was decided, paid and repaid, and what it is worth against the ceiling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from dossier.values import quantity
from projections.facts.columns import Row
from projections.facts.standing import activity_on
from projections.history.reading import Reading
from projections.history.records import Aid
from projections.history.saying import enterprise_of
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.gross_grant_equivalent import Basis, equivalent


def aid_facts(reading: Reading, rules: Ruleset, on: str) -> list[Row]:
    """One row an application, with what was decided, paid and repaid; sectors by the rules of a day (ISO text)."""
    if not reading.aids:
        return []
    nace, ict = activity_on(reading, rules, on)
    return [
        (
            number,
            aid.agency,
            enterprise_of(aid, reading)[0],
            aid.instrument,
            aid.scheme,
            aid.legal_basis,
            aid.outcome,
            aid.applied_on,
            aid.decided_on,
            aid.conferred_on,
            quantity(aid.asked) if aid.asked else None,
            quantity(aid.amount) if aid.amount else None,
            aid.currency,
            aid.paid,
            aid.repaid,
            nace["version"] if nace else None,
            nace["code"] if nace else None,
            ict,
            _worth(aid, rules),
            aid.recorded_on,
        )
        for number, aid in enumerate((reading.aids[key] for key in sorted(reading.aids)), 1)
    ]


def _worth(aid: Aid, rules: Ruleset) -> Decimal | None:
    """The gross grant equivalent, in EUR, of an aid that counts against the de minimis ceiling."""
    decision = aid.decision
    if decision is None or decision.amount is None or aid.legal_basis is None or aid.currency != "EUR":
        return None
    counts = rules.on("de-minimis.counts", str(aid.conferred_on))
    if aid.legal_basis not in counts["legal_bases"] or aid.outcome not in counts["outcomes"]:
        return None
    stated, terms = decision.gross_grant_equivalent, cast(Any, decision.terms)
    return equivalent(aid.instrument, decision.amount, stated, terms, Basis(rules, str(aid.conferred_on))).amount
