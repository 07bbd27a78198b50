"""Facts about support that is not money: coaching, objectives, referrals."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from dossier.catalogue.fact import Fact, fact
from dossier.catalogue.parts import SecondChoice
from dossier.values import AgencyId, Count, Day, Flag, FreeText, Identifier, ProgrammeId, Quantity, Term


@fact("coaching-session-held", fr="Séance de coaching", nl="Coachingsessie", en="Coaching session held")
class CoachingSessionHeld(Fact):
    topic: list[Term] | None = None
    minutes: Count | None = None
    mode: Term | None = None
    coach_role: Term | None = None
    coach: FreeText | None = None
    note: FreeText | None = None
    next_step: FreeText | None = None


@fact("objective-set", fr="Objectif fixé", nl="Doelstelling bepaald", en="Objective set")
class ObjectiveSet(Fact):
    """An objective of a `programme` has the same `objective_id` on every dossier that takes part."""

    objective_id: Identifier
    kind: Term | None = None
    target: Term | Quantity | None = None
    due: Day | None = None
    agencies: list[AgencyId] | None = None
    programme: ProgrammeId | None = None


Percent = Annotated[int, Strict(), Field(ge=0, le=100)]


@fact(
    "objective-progressed",
    fr="Objectif : avancement",
    nl="Doelstelling: voortgang",
    en="Objective progressed",
)
class ObjectiveProgressed(Fact):
    """`percent` is needed with `progress` `percent`. `blockers` are what stands in the way from now on: an empty list
    says that nothing does any longer."""

    objective_id: Identifier
    progress: Literal["percent", "reached", "dropped"] | Percent
    percent: Percent | None = None
    blockers: list[Term] | None = None
    reason: FreeText | None = None


@fact("referral-made", fr="Orientation proposée", nl="Doorverwijzing", en="Referral made")
class ReferralMade(Fact):
    """`agreed`: the entrepreneur was asked, and agreed or not; absent when nobody asked."""

    referral_id: Identifier
    to_agency: AgencyId
    service: Term | None = None
    reason_code: Term | None = None
    second_choice: SecondChoice | None = None
    agreed: Flag | None = None
    note: FreeText | None = None


@fact("referral-accepted", fr="Orientation acceptée", nl="Doorverwijzing aanvaard", en="Referral accepted")
class ReferralAccepted(Fact):
    referral_id: Identifier
    due: Day | None = None


@fact("referral-declined", fr="Orientation refusée", nl="Doorverwijzing geweigerd", en="Referral declined")
class ReferralDeclined(Fact):
    referral_id: Identifier
    reason_code: Term


@fact("referral-completed", fr="Orientation aboutie", nl="Doorverwijzing afgerond", en="Referral completed")
class ReferralCompleted(Fact):
    referral_id: Identifier
    outcome: Term | None = None
