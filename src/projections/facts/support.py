"""What was done for an entrepreneur: referrals, objectives, topics spoken of, stays in premises."""

from __future__ import annotations

import orjson

from projections.facts.columns import Row, as_number
from projections.history.reading import Reading
from projections.rulesets.ruleset import Ruleset
from projections.state.referrals import answer_due, completion_due


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


def objective_facts(reading: Reading) -> list[Row]:
    """One row an objective: what programmes are summed from."""
    return [
        (
            number,
            o.objective_id,
            o.programme,
            o.kind,
            as_number(o.target),
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


def topic_facts(reading: Reading) -> list[Row]:
    """One row for each topic the entrepreneur was spoken to about, from which day on and how often."""
    return [(number, topic, *reading.topics[topic]) for number, topic in enumerate(sorted(reading.topics), 1)]


def stay_facts(reading: Reading) -> list[Row]:
    """One row a stay in premises."""
    stays = sorted(reading.stays, key=lambda stay: (stay.entered, stay.site, stay.left or "9999"))
    return [(number, stay.site, stay.kind, stay.entered, stay.left) for number, stay in enumerate(stays, 1)]
