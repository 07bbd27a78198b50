"""The current dossier: what an adviser sees first. Without the person, who is joined from the vault by right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dossier.holding import HOLDER
from projections.history.enterprises import held
from projections.history.history import History
from projections.history.reading import Reading
from projections.history.records import NOTHING, Aid, Enterprise
from projections.history.reported import shown
from projections.rulesets.ruleset import Ruleset
from projections.state.growth import growth
from projections.state.objectives import objectives
from projections.state.phase import phase
from projections.state.referrals import open_referrals
from projections.state.sector import sector
from projections.state.size import size_class


def current(history: History, reading: Reading, rules: Ruleset) -> dict[str, Any]:
    """The state of a dossier as in the contract; each derived value says `because`: its rule and its positions."""
    return {
        "id": str(history.dossier),
        "version": history.version,
        "position": str(history.position),
        "opened_on": reading.opened_on,
        "language": reading.language,
        "phase": phase(reading, rules, history.day),
        "enterprises": [_enterprise(e) for e in held(reading)],
        "project": reading.project or None,
        "sector": sector(*reading.nace, rules, history.day) if reading.nace else None,
        "team": _team(reading),
        "open_referrals": open_referrals(reading, rules),
        "open_applications": _open_applications(reading),
        "objectives": objectives(reading),
        "premises": [_stay(stay) for stay in reading.stays if stay.left is None],
        "aid": _sums(reading),
        "size_class": size_class(reading, rules),
        "growth": growth(reading, rules),
        "figures": _figures(reading),
        "linked": sorted(other for other, pair in reading.pairs.items() if pair.linked),
        "mandates": _mandates(reading),
        "consents": sorted(reading.consents),
        "flags": _flags(reading),
    }


def _enterprise(enterprise: Enterprise) -> dict[str, Any]:
    return {
        "legal_identifier": enterprise.number,
        "roles": sorted(role for role in enterprise.roles if role != HOLDER),
        "status": "ceased" if enterprise.ended_on else "active",
        "created_on": enterprise.created_on,
        "ceased_on": enterprise.ended_on,
        "legal_form": enterprise.legal_form,
        "nace": enterprise.nace,
        "seat": enterprise.seat,
    }


def _team(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"agency": agency, "first_contact": first, "last_contact": last, "role": role}
        for agency, (first, last, _, role) in sorted(reading.agencies.items(), key=lambda kept: (kept[1][1], kept[0]))
    ]


def _open_applications(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"application_id": a.application_id, "agency": a.agency, "scheme": a.scheme, "instrument": a.instrument,
         "amount": a.asked, "currency": a.currency, "applied_on": a.applied_on}
        for a in (reading.aids[key] for key in sorted(reading.aids))
        if a.outcome is None
    ]  # fmt: skip


def _stay(stay: Any) -> dict[str, Any]:
    return {"site": stay.site, "kind": stay.kind, "since": stay.entered}


def _sums(reading: Reading) -> dict[str, dict[str, str]]:
    """EUR per instrument, as decimal strings; aid in other currencies is flagged, never added."""
    granted: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    repaid: dict[str, Decimal] = {}
    for aid in reading.aids.values():
        if aid.currency == "EUR":
            instrument = aid.instrument or "unknown"
            for found, value in ((granted, aid.granted), (paid, aid.paid), (repaid, aid.repaid)):
                if value:
                    found[instrument] = found.get(instrument, NOTHING) + value
    sums = {"granted": granted, "paid": paid, "repaid": repaid}
    return {name: {i: f"{total:.2f}" for i, total in sorted(found.items())} for name, found in sums.items()}


def _mandates(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"agency": agency, "purpose": purpose, "until": until}
        for agency, purposes in sorted(reading.mandates.items())
        for purpose, until in sorted(purposes.items())
    ]


def _figures(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"period": period, "legal_identifier": number, **shown(figures)}
        for (period, number), figures in sorted(reading.figures.items())
    ]


def _flags(reading: Reading) -> list[dict[str, Any]]:
    flags: list[dict[str, Any]] = []
    for key in sorted(reading.aids):
        flags += [{"flag": flag, "application_id": key} for flag in _aid_flags(reading.aids[key])]
    if reading.erased:
        flags.append({"flag": "personal-data-erased", "on": reading.erased[0], "ground": reading.erased[1]})
    return flags


def _aid_flags(aid: Aid) -> list[str]:
    flags = [] if aid.currencies == {"EUR"} else ["currency-not-euro"]
    if any(aid.payments.sums.values()) and aid.outcome != "granted":
        flags.append("paid-without-grant")
    elif aid.paid > aid.granted:
        flags.append("paid-beyond-grant")
    if aid.repaid > aid.paid and aid.payments.sums.keys() <= {aid.currency}:
        flags.append("repaid-beyond-payment")
    return flags
