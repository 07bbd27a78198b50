"""The nursery: imported once, by the process that children are forked from; each finds here what it works with."""

from api.beside import press, projector, rehearser, sealer
from projections.figures import past

__all__ = ["past", "press", "projector", "rehearser", "sealer"]
