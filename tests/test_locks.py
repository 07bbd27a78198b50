"""Advisory locks are numbers: one that meant two things would have a rebuild wait for a webhook."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

SRC = Path(__file__).parents[1] / "src"
LOCK = re.compile(r"advisory(?:_xact)?_lock\((\d+)\)")


def test_each_number_is_the_lock_of_one_package_alone() -> None:
    owners: dict[str, set[Path]] = defaultdict(set)
    for file in [*SRC.rglob("*.sql"), *SRC.rglob("*.py")]:
        for number in LOCK.findall(file.read_text(encoding="utf-8")):
            owners[number].add(file.parent.relative_to(SRC))
    assert len(owners) >= 4
    assert {number: sorted(map(str, found)) for number, found in owners.items() if len(found) > 1} == {}
