"""The columns of the tables of facts, and what their values are written as.

The columns are those of the migrations, in order. Days are ISO text or None, amounts decimals.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from dossier.values import quantity

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


def as_number(target: Any) -> Decimal | None:
    """A target that is a number, or written as one."""
    return quantity(target) if target is not None and NUMBER.fullmatch(str(target)) else None
