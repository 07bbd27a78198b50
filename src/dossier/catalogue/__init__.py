"""The catalogue: every type of fact the log may hold, in the order a journey tends to take."""

from dossier.catalogue.aid import AidApplied, AidDecided, AidPaid, AidRepaid
from dossier.catalogue.amendment import EventCorrected, EventRetracted
from dossier.catalogue.enterprise import (
    EnterpriseCeased,
    EnterpriseControlled,
    EnterpriseCreated,
    EnterpriseLinked,
    EnterpriseRestructured,
    EnterpriseUnlinked,
    FiguresReported,
)
from dossier.catalogue.fact import Fact
from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked
from dossier.catalogue.person import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactMade,
    DossierOpened,
    MandateDeclared,
    MandateEnded,
    PersonalDataErased,
    PhaseDeclared,
    ProfileUpdated,
)
from dossier.catalogue.premises import PremisesEntered, PremisesLeft
from dossier.catalogue.project import PlanSubmitted, ProjectDescribed
from dossier.catalogue.support import (
    CoachingSessionHeld,
    ObjectiveProgressed,
    ObjectiveSet,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
    ReferralMade,
)

JOURNEY: tuple[type[Fact], ...] = (
    DossierOpened,
    MandateDeclared,
    ConsentGiven,
    ProfileUpdated,
    EnterpriseCreated,
    EnterpriseLinked,
    ProjectDescribed,
    PhaseDeclared,
    ContactMade,
    CoachingSessionHeld,
    ObjectiveSet,
    ObjectiveProgressed,
    ReferralMade,
    ReferralAccepted,
    ReferralDeclined,
    ReferralCompleted,
    PlanSubmitted,
    AidApplied,
    AidDecided,
    AidPaid,
    AidRepaid,
    PremisesEntered,
    PremisesLeft,
    FiguresReported,
    EnterpriseControlled,
    EnterpriseRestructured,
    EnterpriseUnlinked,
    EnterpriseCeased,
    DossiersLinked,
    DossiersUnlinked,
    DossiersDistinct,
    ConsentWithdrawn,
    MandateEnded,
    PersonalDataErased,
    EventCorrected,
    EventRetracted,
)
"""Facts of one instant are read in this order: what makes a thing possible comes before it."""

TYPES: dict[str, type[Fact]] = {kind.TYPE: kind for kind in JOURNEY}
RANK: dict[type[Fact], int] = {kind: rank for rank, kind in enumerate(JOURNEY)}

__all__ = [
    "JOURNEY",
    "RANK",
    "TYPES",
    "AidApplied",
    "AidDecided",
    "AidPaid",
    "AidRepaid",
    "CoachingSessionHeld",
    "ConsentGiven",
    "ConsentWithdrawn",
    "ContactMade",
    "DossierOpened",
    "DossiersDistinct",
    "DossiersLinked",
    "DossiersUnlinked",
    "EnterpriseCeased",
    "EnterpriseControlled",
    "EnterpriseCreated",
    "EnterpriseLinked",
    "EnterpriseRestructured",
    "EnterpriseUnlinked",
    "EventCorrected",
    "EventRetracted",
    "Fact",
    "FiguresReported",
    "MandateDeclared",
    "MandateEnded",
    "ObjectiveProgressed",
    "ObjectiveSet",
    "PersonalDataErased",
    "PhaseDeclared",
    "PlanSubmitted",
    "PremisesEntered",
    "PremisesLeft",
    "ProfileUpdated",
    "ProjectDescribed",
    "ReferralAccepted",
    "ReferralCompleted",
    "ReferralDeclined",
    "ReferralMade",
]
