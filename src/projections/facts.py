"""Facts for the statistics: typed rows without a person, from which every indicator is counted.

One function a table; the columns are those of the migrations, in order.
Days are ISO text or None, amounts decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import orjson

from dossier.values import quantity
from projections.enterprises import main
from projections.growth import spans
from projections.phase import phase
from projections.reading import Reading
from projections.referrals import answer_due, completion_due
from projections.ruleset import Ruleset
from projections.sector import is_ict
from projections.size import size_class

Row = tuple[Any, ...]
NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,8})?", re.ASCII)


def dossier_facts(reading: Reading, rules: Ruleset) -> list[Row]:
    """One row a dossier: where it stands."""
    own = main(reading)
    nace, ict = _activity(reading, rules)
    size = size_class(reading, rules)
    stands = phase(reading, rules)
    opened = reading.opened_on or min((seen[0] for seen in reading.agencies.values()), default=None)
    return [
        (
            opened,
            stands["value"],
            stands["since"],
            nace["version"] if nace else None,
            nace["code"] if nace else None,
            ict,
            own.number if own else None,
            own.created_on if own else None,
            own.ceased_on if own else None,
            (own.seat or {}).get("nis") if own else None,
            size["value"] if size else None,
            min(
                (a.conferred_on for a in reading.aids.values() if a.outcome == "granted" and a.conferred_on),
                default=None,
            ),
            len(reading.agencies),
        )
    ]


def presence_facts(reading: Reading) -> list[Row]:
    """One row for each organisation that recorded anything on the dossier."""
    return [(agency, first, last, count) for agency, (first, last, count, _) in sorted(reading.agencies.items())]


def phase_facts(reading: Reading) -> list[Row]:
    """One row a declared phase, from its day to the next one's."""
    spells: list[Row] = []
    for index, (value, since, _) in enumerate(reading.phases):
        following = reading.phases[index + 1][1] if index + 1 < len(reading.phases) else None
        spells.append((index + 1, value, since, following))
    return spells


def aid_facts(reading: Reading, rules: Ruleset) -> list[Row]:
    """One row an application, with what was decided, paid and repaid."""
    if not reading.aids:
        return []
    own = main(reading)
    nace, ict = _activity(reading, rules)
    return [
        (
            number,
            aid.agency,
            aid.enterprise or (own.number if own else None),
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
        )
        for number, aid in enumerate((reading.aids[key] for key in sorted(reading.aids)), 1)
    ]


def referral_facts(reading: Reading, rules: Ruleset) -> list[Row]:
    """One row a referral, with how far it has come and by when the next step is due."""
    return [
        (
            number,
            r.from_agency,
            r.to_agency,
            r.service,
            r.reason_code,
            r.answer,
            r.made_on,
            r.answered_on,
            r.completed_on,
            r.referral_id,
            r.outcome,
            r.agreed,
            answer_due(r, rules),
            completion_due(r, rules),
            r.second_choice["agency"] if r.second_choice else None,
            r.second_choice.get("service") if r.second_choice else None,
        )
        for number, r in enumerate((reading.referrals[key] for key in sorted(reading.referrals)), 1)
    ]


def growth_facts(reading: Reading, rules: Ruleset) -> list[Row]:
    """One row for each span of years over which the growth of the dossier's enterprise can be judged."""
    return [
        (number, span.enterprise, span.first, span.last, span.start, span.end, span.high)
        for number, span in enumerate(spans(reading, rules), 1)
    ]


def objective_facts(reading: Reading) -> list[Row]:
    """One row an objective: what programmes are summed from."""
    return [
        (
            number,
            o.objective_id,
            o.programme,
            o.kind,
            _number(o.target),
            o.due,
            o.set_on,
            o.set_by,
            o.status,
            o.progress if isinstance(o.progress, int) else None,
            o.progressed_on,
            "{" + ",".join(sorted(set(o.agencies or ()))) + "}",
            orjson.dumps(o.blockers).decode(),
        )
        for number, o in enumerate((reading.objectives[key] for key in sorted(reading.objectives)), 1)
    ]


def _number(target: Any) -> Decimal | None:
    """A target that is a number, or written as one."""
    return quantity(target) if target is not None and NUMBER.fullmatch(str(target)) else None


def _activity(reading: Reading, rules: Ruleset) -> tuple[dict[str, Any] | None, bool | None]:
    if reading.nace is None:
        return None, None
    nace = reading.nace[0]
    return nace, is_ict(nace["version"], nace["code"], rules)
