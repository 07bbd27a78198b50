"""CSV (RFC 4180): a header, then the rows, and nothing else, so that spreadsheets and data frames just open it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from api.formats.rows import columns, rows


def as_csv(found: Mapping[str, Any]) -> str:
    """A figure's rows as CSV; what is hidden or unknown is empty. Its certificate is not in it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(found))
    writer.writeheader()
    for row in rows(found):
        writer.writerow(row | {"suppressed": "true" if row["suppressed"] else "false"})
    return out.getvalue()
