"""The demonstration: a seeded population of invented entrepreneurs, whose journeys the organisations post."""

from api.demonstration.fill import Summary, fill
from api.demonstration.journey import journeys
from api.demonstration.story import Posting

__all__ = ["Posting", "Summary", "fill", "journeys"]
