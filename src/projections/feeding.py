"""What each table is fed by: the types of fact its rows are made of, and so which tables a new event can change.

A table that is not named here is fed by every event. A test makes each table from the facts declared here alone: one
that reads more fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from dossier import catalogue as c
from dossier.catalogue import Fact

Kinds = frozenset[type[Fact]]
"""Types of fact."""

HOLDINGS: Kinds = frozenset(
    (c.EnterpriseCreated, c.EnterpriseLinked, c.EnterpriseUnlinked, c.EnterpriseCeased, c.EnterpriseRestructured)
)
"""Which enterprises a dossier holds, and which of them comes first."""
ACTIVITY: Kinds = frozenset((c.ProjectDescribed, c.EnterpriseCreated))
"""What is done, by project and by enterprise."""
AID: Kinds = frozenset((c.AidApplied, c.AidDecided, c.AidPaid, c.AidRepaid))
TIES: Kinds = frozenset((c.EnterpriseControlled, c.EnterpriseRestructured))
"""How enterprises belong together."""
FIGURES: Kinds = frozenset((c.FiguresReported,))

TABLE_FACTS: dict[str, Kinds] = {
    "fact_phase": frozenset((c.PhaseDeclared,)),
    "fact_aid": AID | HOLDINGS | ACTIVITY,
    "fact_referral": frozenset((c.ReferralMade, c.ReferralAccepted, c.ReferralDeclined, c.ReferralCompleted)),
    "fact_objective": frozenset((c.ObjectiveSet, c.ObjectiveProgressed)),
    "fact_growth": FIGURES | HOLDINGS,
    "fact_enterprise": HOLDINGS | TIES,
    "fact_figure": FIGURES,
    "fact_technology": frozenset((c.ProjectDescribed,)),
    "fact_activity": ACTIVITY | {c.EnterpriseCeased},
    "fact_topic": frozenset((c.ContactMade, c.CoachingSessionHeld)),
    "fact_stay": frozenset((c.PremisesEntered, c.PremisesLeft)),
    "fact_tie": TIES,
    "statement": AID | HOLDINGS | TIES | FIGURES,
}
DATED = frozenset(("fact_aid", "fact_enterprise"))
"""Tables that read rules on the day of the history's last event: any event may change them."""


@lru_cache(maxsize=4_096)
def hungry(kinds: Kinds) -> frozenset[str]:
    """The tables in which a history of events of these types has no rows: nothing feeds them."""
    return frozenset(table for table, facts in TABLE_FACTS.items() if facts.isdisjoint(kinds))


def untouched(kinds: Iterable[type[Fact]]) -> frozenset[str]:
    """The tables that say the same after events of these types, none of which amends another, as they said before."""
    return hungry(frozenset(kinds)) - DATED
