"""Facts about facts: a correction replaces what an earlier event said, a retraction takes it back."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from dossier.catalogue.fact import Fact, fact
from dossier.values import FreeText, Instant, Term

Position = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,18}$")]


@fact("event-corrected", fr="Correction", nl="Verbetering", en="Correction")
class EventCorrected(Fact):
    """`data` replaces the whole data of the event at `corrects`; its time too, when `time` is given.

    `corrected_type` is written by the log: the type, with its version, whose schema `data` was checked by.
    """

    corrects: Position
    data: dict[str, Any]
    corrected_type: Term | None = None
    time: Instant | None = None
    timeprecision: Literal["day", "month", "year"] | None = None
    reason: FreeText | None = None


@fact("event-retracted", fr="Retrait", nl="Intrekking", en="Retraction")
class EventRetracted(Fact):
    """The event at `corrects` counts no longer. Retracting a correction or a retraction undoes it."""

    corrects: Position
    reason: FreeText | None = None
