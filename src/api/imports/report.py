"""The report of an import: how many rows were taken, and which were not, with line and reason."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import NamedTuple


class Fault(NamedTuple):
    """Why a row is quarantined: the column as the file calls it, the reason, and that cell's value only."""

    code: str
    reason: str
    field: str
    value: str


@dataclass(frozen=True)
class Quarantined:
    """A row that was left out; it may have several faults."""

    line: int
    faults: tuple[Fault, ...]


@dataclass
class Report:
    """Counts of rows: `rows` = `accepted` + `duplicate` + quarantined."""

    file: str
    mapping: str
    dry_run: bool = False
    rows: int = 0
    accepted: int = 0
    duplicate: int = 0
    opened: int = 0
    registered: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def reasons(self) -> Counter[tuple[str, str]]:
        """Rows by (column, reason); a row counts once for each of its faults."""
        return Counter(
            pair for row in self.quarantined for pair in {(fault.field, fault.reason) for fault in row.faults}
        )

    def codes(self) -> Counter[str]:
        """Rows by code of fault; a row counts once for each code."""
        return Counter(code for row in self.quarantined for code in {fault.code for fault in row.faults})

    def text(self, limit: int = 8) -> str:
        """For a terminal: the counts, and each reason with the first lines it holds for."""
        accepted = "would be accepted" if self.dry_run else "accepted"
        opened, registered = ("to open", "to register") if self.dry_run else ("opened", "registered")
        lines = [
            f"{self.file}, as mapping {self.mapping} reads it: {self.rows} rows",
            f"{self.accepted:>8} {accepted} (dossiers {opened}: {self.opened};"
            f" agencies {registered}: {len(self.registered)})",
            f"{self.duplicate:>8} duplicate, the log has them",
            f"{len(self.quarantined):>8} quarantined",
        ]
        if self.quarantined:
            lines.append("Quarantined rows by reason; a row may have several:")
        for (column, reason), rows in self.reasons().most_common():
            lines.append(f"{rows:>8} {column}{': ' if column else ''}{reason}")
            lines.append(f"         line {self._examples(column, reason, limit)}")
        if self.dry_run:
            lines.append("Dry run: nothing was written.")
        return "\n".join(lines)

    def _examples(self, column: str, reason: str, limit: int) -> str:
        held = [
            f"{row.line}{_shown(fault)}"
            for row in self.quarantined
            for fault in row.faults
            if (fault.field, fault.reason) == (column, reason)
        ]
        more = f" and {len(held) - limit} more" if len(held) > limit else ""
        return ", ".join(held[:limit]) + more

    def csv(self) -> str:
        """The quarantined rows, one line for each fault, to be worked through in a spreadsheet."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["line", *Fault._fields])
        writer.writerows([row.line, *fault] for row in self.quarantined for fault in row.faults)
        return out.getvalue()

    def json(self) -> str:
        """The whole report as one JSON document."""
        whole = asdict(self) | {"quarantined": [_record(row) for row in self.quarantined]}
        return json.dumps(whole, ensure_ascii=False, indent=2)


def _record(row: Quarantined) -> dict[str, object]:
    return {"line": row.line, "faults": [fault._asdict() for fault in row.faults]}


def _shown(fault: Fault) -> str:
    """The value beside its line, unless there is none or the reason says it."""
    if not fault.value or fault.value in fault.reason:
        return ""
    return f" [{fault.value if len(fault.value) <= 40 else fault.value[:39] + '…'}]"
