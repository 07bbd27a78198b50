"""What has changed in a cell between two publications, and what has not."""

from __future__ import annotations

import pytest
from tests.projections.disclosure.family import contributions, population

from projections.counting.indicator import indicator
from projections.disclosure.changing import changes
from projections.disclosure.layout import cases, tables
from projections.disclosure.parameters import Parameters


@pytest.mark.parametrize("name", ["entrepreneurs-by-phase", "conversion"])
def test_a_dossier_that_one_agency_more_supports_changes_the_count_of_that_agency_alone(name: str) -> None:
    """It counts once everywhere else, as before: what was hidden there is as it was."""
    before = [one._replace(agencies=("hub",)) for one in population(0)]
    after = [before[0]._replace(agencies=("citydev", "hub")), *before[1:]]
    counted = indicator(name)
    was, now = (cases(counted, contributions(name, dossiers)) for dossiers in (before, after))
    changed = changes(counted, tables(counted), was, now, Parameters())
    assert changed
    assert all(("agency", "citydev") in key for key in changed)
