"""CSV (RFC 4180): a header, then the rows, and nothing else, so that spreadsheets and data frames just open it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from api.formats.rows import columns, rows
from api.formats.spreadsheets import inert


def as_csv(found: Mapping[str, Any]) -> str:
    """A figure's rows as CSV; what is hidden or unknown is empty. Its certificate is not in it.

    Places, schemes and technologies are agencies' own words: none is a formula to whoever opens them.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(found))
    writer.writeheader()
    for row in rows(found):
        words = {name: inert(row[name]) for name in found["by"] if isinstance(row[name], str)}
        writer.writerow(row | words | {"suppressed": "true" if row["suppressed"] else "false"})
    return out.getvalue()
