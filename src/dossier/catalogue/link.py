"""Facts about identity: which dossiers are of one person. Linked, never merged."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from dossier.catalogue.fact import Fact, fact
from dossier.values import Term

DossierId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
By = Literal["human", "rule"]


@fact("dossiers-linked", fr="Dossiers liés", nl="Dossiers gekoppeld", en="Dossiers linked")
class DossiersLinked(Fact):
    other: DossierId
    evidence: Term | None = None
    by: By = "human"


@fact("dossiers-unlinked", fr="Dossiers déliés", nl="Dossiers losgekoppeld", en="Dossiers unlinked")
class DossiersUnlinked(Fact):
    other: DossierId
    evidence: Term | None = None
    by: By = "human"


@fact("dossiers-distinct", fr="Dossiers distincts", nl="Dossiers verschillend", en="Dossiers distinct")
class DossiersDistinct(Fact):
    other: DossierId
    evidence: Term | None = None
    by: By = "human"
