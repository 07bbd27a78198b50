"""What a figure counts as `unmapped` is what the agencies' queues tell word by word."""

from __future__ import annotations

from tests.posting import AGENCIES
from tests.projections.standing import catch_up, tell

from dossier.log import Log
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, figure

PROJECTS = [("hub", "web"), ("hub", "quantum"), ("hub", "quantum"), ("innoviris", "graphene"), ("finance", "cloud")]


def test_as_many_projects_are_unmapped_in_technologies_by_year_as_the_queues_tell(journal_log: Log) -> None:
    """Of agencies without a vocabulary."""
    for agency, technology in PROJECTS:
        described = {"project-described": {"technologies": [technology]}, "by": agency, "at": "2024-03-01"}
        tell(journal_log, new_dossier_id(), [{"dossier-opened": {}, "by": agency, "at": "2024-01-15"}, described])
    catch_up(journal_log.database.app)
    generation, facts = FactsReader(journal_log.journal).facts(ledger=True)
    asked = Asked(["technology", "measure"], controlled=False)
    rows = figure(indicator("technologies-by-year"), asked, generation, facts)["rows"]
    [counted] = [row["value"] for row in rows if (row["technology"], row["measure"]) == ("unmapped", "entries")]
    waiting = [one for agency in AGENCIES for one in journal_log.waiting(agency) if one.field == "technologies"]
    assert counted == sum(one.recorded for one in waiting) == 3
    assert {one.word for one in waiting} == {"quantum", "graphene"}, "so it is known which they are"
