"""Schemes: for whom an aid is meant, as the rules `eligibility.*` say it, one row for each dated version."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa

PREFIX = "eligibility."
TEXTS = pa.list_(pa.string())
SCHEMA = pa.schema([
    ("scheme", pa.string()), ("from_on", pa.date32()), ("until_on", pa.date32()), ("agency", pa.string()),
    ("open", pa.bool_()), ("enterprise", pa.bool_()), ("phases", TEXTS), ("sectors", TEXTS), ("size_classes", TEXTS),
    ("activities", TEXTS), ("oldest_years", pa.int32()), ("topics", TEXTS), ("services", TEXTS),
])  # fmt: skip


def schemes(rules: pa.Table) -> pa.Table:
    """The schemes among rules (name, from_on, until_on, value as JSON)."""
    found = [_scheme(rule) for rule in rules.to_pylist() if rule["name"].startswith(PREFIX)]
    return pa.Table.from_pylist(found, SCHEMA)


def _scheme(rule: dict[str, Any]) -> dict[str, Any]:
    """One row; a list that is absent or empty asks for nothing. Activities are `version/digits`, by NACE version."""
    value = orjson.loads(rule["value"])
    activities = [f"{version}/{code}" for version, codes in value.get("activities", {}).items() for code in codes]
    lists = {name: value.get(name, []) for name in ("phases", "sectors", "size_classes", "topics", "services")}
    return {
        "scheme": rule["name"].removeprefix(PREFIX),
        "from_on": rule["from_on"],
        "until_on": rule["until_on"],
        "agency": value.get("agency"),
        "open": value.get("open", True),
        "enterprise": value.get("enterprise"),
        "oldest_years": value.get("oldest_years"),
        "activities": activities,
        **lists,
    }
