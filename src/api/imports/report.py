"""The report of an import: how many rows were taken, and which were not: line, column, what is wrong, what to do."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from api.formats.spreadsheets import inert
from api.imports.saying import Lang, Said, messages, said

HEADER = ("line", "column", "value", "code", "problem", "remedy")


class Fault(NamedTuple):
    """Why a row is quarantined: the column as the file calls it, and that cell's value."""

    code: str
    column: str
    value: str
    about: tuple[tuple[str, str], ...] = ()

    def said(self, lang: Lang = "en") -> Said:
        """What is wrong, and what to do."""
        return said(self.code, self.about, lang)

    def described(self, lang: Lang) -> dict[str, str]:
        """The fault as JSON has it."""
        return {"code": self.code, "column": self.column, "value": self.value, **self.said(lang)._asdict()}


@dataclass(frozen=True)
class Quarantined:
    """A row that was left out; it may have several faults."""

    line: int
    faults: tuple[Fault, ...]

    def described(self, lang: Lang) -> dict[str, Any]:
        """The row as JSON has it."""
        return {"line": self.line, "faults": [fault.described(lang) for fault in self.faults]}


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
    headers: dict[str, str] = field(default_factory=dict)
    """What the file calls each column of the mapping."""

    def codes(self) -> Counter[str]:
        """Rows by code of fault; a row counts once for each code."""
        return Counter(code for row in self.quarantined for code in {fault.code for fault in row.faults})

    def text(self, lang: Lang = "en", limit: int = 8) -> str:
        """For a terminal: the counts, and each reason with what to do and the first lines it holds for."""
        words = messages(lang)["report"]
        accepted, opened = ("would_accept", "would_open") if self.dry_run else ("accepted", "opened")
        lines = [
            words["head"].format(file=self.file, mapping=self.mapping, rows=self.rows),
            f"{self.accepted:>8} " + words[accepted] + words[opened].format(self.opened, len(self.registered)),
            f"{self.duplicate:>8} {words['duplicate']}",
            f"{len(self.quarantined):>8} {words['quarantined']}",
        ]
        if self.quarantined:
            lines.append(words["reasons"])
        lines += self._reasons(lang, limit)
        if self.dry_run:
            lines.append(words["dry_run"])
        return "\n".join(lines)

    def _reasons(self, lang: Lang, limit: int) -> Iterator[str]:
        words = messages(lang)["report"]
        found: dict[tuple[str, Said], dict[int, str]] = {}
        for row in self.quarantined:
            for fault in row.faults:
                found.setdefault((fault.column, fault.said(lang)), {}).setdefault(row.line, _shown(fault))
        for (column, told), rows in sorted(found.items(), key=lambda item: -len(item[1])):
            held = [f"{line}{shown}" for line, shown in rows.items()]
            more = words["more"].format(len(held) - limit) if len(held) > limit else ""
            yield f"{len(rows):>8} {column}{': ' if column else ''}{told.problem}"
            yield f"         {words['line']} {', '.join(held[:limit])}{more}"
            yield f"         -> {told.remedy}"

    def csv(self, lang: Lang = "en") -> str:
        """The quarantined rows, one line for each fault, to be worked through in a spreadsheet."""
        return "".join(csv_lines(self.quarantined, lang))

    def json(self, lang: Lang = "en") -> str:
        """The whole report as one JSON document."""
        names = ("file", "mapping", "dry_run", "rows", "accepted", "duplicate", "opened", "registered")
        whole = {name: getattr(self, name) for name in names}
        whole["quarantined"] = [row.described(lang) for row in self.quarantined]
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def csv_lines(rows: Iterable[Quarantined], lang: Lang) -> Iterator[str]:
    """The lines of a report as CSV (RFC 4180), its header first."""
    yield _csv_line(HEADER)
    for row in rows:
        for fault in row.faults:
            yield _csv_line((row.line, fault.column, fault.value, fault.code, *fault.said(lang)))


def _csv_line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([inert(str(value)) for value in values])
    return out.getvalue()


def _shown(fault: Fault) -> str:
    """The value beside its line, unless there is none or the reason says it."""
    if not fault.value or any(fault.value in part for _, part in fault.about):
        return ""
    return f" [{fault.value if len(fault.value) <= 40 else fault.value[:39] + '…'}]"
