"""Facts for the statistics: typed rows without a person, from which every indicator is counted.

One function a table; the columns are those of the migrations, in order.
Days are ISO text or None, amounts decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, cast

import orjson

from dossier.catalogue.terms import UNMAPPED, controlled
from dossier.values import quantity
from projections import activity
from projections.enterprises import held, main
from projections.growth import spans
from projections.history import History
from projections.phase import phase
from projections.reading import Reading
from projections.records import Aid
from projections.referrals import answer_due, completion_due
from projections.ruleset import Ruleset
from projections.sector import is_ict
from projections.size import size_class
from projections.undertaking.gross_grant_equivalent import equivalent
from projections.undertaking.single_undertaking import in_force, in_order, joins
from projections.undertaking.statement import Control, Restructuring

Row = tuple[Any, ...]
COLUMNS = {
    table: ("generation", "dossier", *names.split())
    for table, names in {
        "fact_dossier": "opened_on phase phase_since nace_version nace_code ict enterprise created_on ceased_on "
        "commune size_class first_aid_on agencies recorded_on",
        "fact_presence": "agency first_on last_on events",
        "fact_phase": "number phase from_on to_on",
        "fact_aid": "number agency enterprise instrument scheme legal_basis outcome applied_on decided_on conferred_on "
        "asked amount currency paid repaid nace_version nace_code ict equivalent recorded_on",
        "fact_referral": "number from_agency to_agency service reason_code answer made_on answered_on completed_on "
        "referral_id outcome agreed answer_due completion_due second_agency second_service",
        "fact_objective": "number objective_id programme kind target due set_on set_by status percent progressed_on "
        "responsible blockers",
        "fact_growth": "number enterprise first_year last_year start_fte end_fte high",
        "fact_enterprise": "number enterprise created_on linked_on ceased_on absorbed_on nace_version nace_code ict "
        "commune",
        "fact_figure": "number enterprise year fte turnover recorded_on",
        "fact_technology": "number technology from_on to_on",
        "fact_activity": "number nace_version division from_on to_on taken_up given_up",
        "fact_topic": "number topic first_on times",
        "fact_stay": "number site kind entered_on left_on",
        "fact_tie": "number enterprise other from_on until_on",
        "fact_delivery": "agency year events late corrected retracted wanted missing",
    }.items()
}
"""The columns of each table of facts, in order."""
NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,8})?", re.ASCII)


def dossier_facts(reading: Reading, rules: Ruleset, history: History) -> list[Row]:
    """One row a dossier: where it stands by the rules of the day that its history speaks of."""
    own = main(reading)
    nace, ict = _activity(reading, rules, history.day)
    size = size_class(reading, rules)
    stands = phase(reading, rules, history.day)
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
            history.recorded_on,
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


def aid_facts(reading: Reading, rules: Ruleset, on: str) -> list[Row]:
    """One row an application, with what was decided, paid and repaid; sectors by the rules of a day (ISO text)."""
    if not reading.aids:
        return []
    own = main(reading)
    nace, ict = _activity(reading, rules, on)
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
            _worth(aid, rules),
            aid.recorded_on,
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


def enterprise_facts(reading: Reading, rules: Ruleset, on: str) -> list[Row]:
    """One row an enterprise that the dossier holds, with what it does and until when it lived by itself.

    Sectors by the rules of a day (ISO text).
    """
    if not reading.enterprises:
        return []
    absorbed = _absorbed(reading)
    return [
        (
            number,
            own.number,
            own.created_on,
            own.linked_on,
            own.ceased_on,
            absorbed.get(own.number),
            own.nace["version"] if own.nace else None,
            own.nace["code"] if own.nace else None,
            is_ict(own.nace["version"], own.nace["code"], rules, on) if own.nace else None,
            (own.seat or {}).get("nis"),
        )
        for number, own in enumerate(held(reading), 1)
    ]


def figure_facts(reading: Reading) -> list[Row]:
    """One row for each year an enterprise reported: full-time equivalents and EUR, never heads or another currency."""
    found = sorted(item for item in reading.figures.items() if len(item[0][0]) == 4 and item[0][0].isdecimal())
    return [
        (
            number,
            enterprise,
            int(period),
            _number(told.get("headcount_fte")),
            _number(told.get("turnover")) if "currency" not in told else None,
            told["recorded_on"],
        )
        for number, ((period, enterprise), told) in enumerate(found, 1)
    ]


def technology_facts(reading: Reading) -> list[Row]:
    """One row for each time a technology is part of the project: from the description that names it to one without."""
    spells: list[tuple[str, str, str | None]] = []
    since: dict[str, str] = {}
    for on, named in reading.technologies:
        now = {known_technology(word) for word in named}
        spells += [(word, since.pop(word), on) for word in sorted(since.keys() - now)]
        since |= dict.fromkeys(now - since.keys(), on)
    spells += [(word, on, None) for word, on in since.items()]
    return [(number, *spell) for number, spell in enumerate(sorted(spells, key=lambda s: (s[1], s[0])), 1)]


def activity_facts(reading: Reading) -> list[Row]:
    """One row for each time the dossier is active in a division of NACE."""
    ordered = sorted(activity.spells(reading.activities), key=lambda s: (s.since, s.division, s.until or "9999"))
    return [
        (number, *spell.division, spell.since, spell.until, spell.taken_up, spell.given_up)
        for number, spell in enumerate(ordered, 1)
    ]


def topic_facts(reading: Reading) -> list[Row]:
    """One row for each topic the entrepreneur was spoken to about, from which day on and how often."""
    return [(number, topic, *reading.topics[topic]) for number, topic in enumerate(sorted(reading.topics), 1)]


def stay_facts(reading: Reading) -> list[Row]:
    """One row a stay in premises."""
    stays = sorted(reading.stays, key=lambda stay: (stay.entered, stay.site, stay.left or "9999"))
    return [(number, stay.site, stay.kind, stay.entered, stay.left) for number, stay in enumerate(stays, 1)]


def tie_facts(reading: Reading) -> list[Row]:
    """One row for each link by which two enterprises are one undertaking, while it lasts: a merger does for good."""
    if not reading.statements:
        return []
    controls = [said for said in reading.statements if isinstance(said, Control)]
    changes = [said for said in reading.statements if isinstance(said, Restructuring)]
    ties = {(link.controller, link.controlled, link.since, link.until) for link in in_force(controls)}
    ties |= {(tie.one, tie.other, since, until) for tie, since, until in joins(changes)}
    return [(number, *tie) for number, tie in enumerate(sorted(ties, key=lambda t: (*t[:3], t[3] or "9999")), 1)]


@cache
def known_technology(word: str) -> str:
    """A technology by its common term; `unmapped` for a word that is not in the vocabulary."""
    return word if word in controlled()["project-described"]["technologies"].terms else UNMAPPED


def _absorbed(reading: Reading) -> dict[str, str]:
    """Enterprise -> the day on which it went into another by a merger or a takeover: no death, by Eurostat's rule."""
    changes = [said for said in reading.statements if isinstance(said, Restructuring) and said.kind != "split"]
    gone: dict[str, str] = {}
    for change in in_order(changes):
        gone |= {number: change.on for number in change.sources if number not in gone}
    return gone


def _worth(aid: Aid, rules: Ruleset) -> Decimal | None:
    """The gross grant equivalent, in EUR, of an aid that counts against the de minimis ceiling."""
    decision = aid.decision
    if decision is None or decision.amount is None or aid.legal_basis is None or aid.currency != "EUR":
        return None
    counts = rules.on("de-minimis.counts", str(aid.conferred_on))
    if aid.legal_basis not in counts["legal_bases"] or aid.outcome not in counts["outcomes"]:
        return None
    stated, terms = decision.gross_grant_equivalent, cast(Any, decision.terms)
    return equivalent(aid.instrument, decision.amount, stated, terms, rules, str(aid.conferred_on)).amount


def _number(target: Any) -> Decimal | None:
    """A target that is a number, or written as one."""
    return quantity(target) if target is not None and NUMBER.fullmatch(str(target)) else None


def _activity(reading: Reading, rules: Ruleset, on: str) -> tuple[dict[str, Any] | None, bool | None]:
    if reading.nace is None:
        return None, None
    nace = reading.nace[0]
    return nace, is_ict(nace["version"], nace["code"], rules, on)
