"""Names of undertakings: enterprises that are one on a day, each with the lowest number among them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa


def undertaking_names(ties: pa.Table, day: date | None) -> pa.Table:
    """Enterprise -> undertaking, for those tied to another on the day; any other is an undertaking by itself."""
    lowest: dict[str, str] = {}

    def root(number: str) -> str:
        path = [number]
        while (above := lowest.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(above)
        lowest.update(dict.fromkeys(path, path[-1]))
        return path[-1]

    for row in ties.select(["enterprise", "other", "from_on", "until_on"]).to_pylist():
        if day is not None and row["from_on"] <= day and (row["until_on"] is None or day < row["until_on"]):
            first, second = sorted((root(row["enterprise"]), root(row["other"])))
            lowest[second] = first
    names = sorted(lowest)
    return pa.table({"enterprise": pa.array(names, pa.string()),
                     "undertaking": pa.array([root(name) for name in names], pa.string())})  # fmt: skip
