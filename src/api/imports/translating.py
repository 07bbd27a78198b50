"""Translating: one line of a file -> the events it becomes, or all the reasons why it becomes none."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from api.imports import convert, dates
from api.imports.cells import Failed, Uncalculated
from api.imports.fields import (
    Amount,
    AnyField,
    Cell,
    Constant,
    Date,
    EnterpriseNumber,
    Lookup,
    Number,
    Object,
    Template,
    Text,
    columns,
    placeholders,
)
from api.imports.mapping import AgencyPerValue, EventOf, Mapping
from api.imports.matching import Pattern
from api.imports.problems import Problem, Unconvertible
from api.imports.rows import Line
from dossier.catalogue.fact import PREFIX
from dossier.event import Precision
from dossier.vocabulary.declaration import folded

LEFT_OUT: Any = object()
"""What a field gives that the event is not to have."""


class Made(NamedTuple):
    """An event without its subject and source; `declared` is the part of the mapping it comes from."""

    name: str
    id: str
    time: datetime
    timeprecision: Precision
    data: dict[str, Any]
    declared: EventOf | None = None

    def cloudevent(self, source: str, subject: str) -> dict[str, Any]:
        """The event as an agency would send it, in JSON form."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source,
            "type": f"{PREFIX}{self.name}.v1",
            "subject": subject,
            "time": dates.rfc3339(self.time),
            "timeprecision": self.timeprecision,
            "data": self.data,
        }


class Row(NamedTuple):
    """A translated line: who posts it, which enterprise it is about, and its events, at least one."""

    line: Line
    authority: str
    enterprise: str
    enterprise_as_supplied: str
    legal_name: str | None
    opened_at: tuple[datetime, Precision]
    events: list[Made]


class Translator:
    """Translates lines by one mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._tables = {
            name: {folded(term): common for term, common in table.items()} for name, table in mapping.tables.items()
        }
        self._rules = [
            (rule, Pattern(rule.matches) if rule.matches is not None else None) for rule in mapping.quarantine
        ]

    def translate(self, line: Line) -> Row | list[Problem]:
        """The row a line makes, or every problem it has."""
        if line.problem:
            return [line.problem]
        if null := next((column for column, cell in line.cells.items() if "\0" in cell), None):
            return [Problem("null-character", null)]  # without the cell: no report could hold it
        reading = Reading(line.cells, self._tables)
        reading.find_no_values()
        self._quarantine(reading)
        dossier = self._mapping.dossier
        enterprise = EnterpriseNumber(enterprise_number=dossier.enterprise)
        number, opened_at = reading.value(enterprise), reading.time(dossier.opened_at)
        name = reading.value(dossier.legal_name) if dossier.legal_name else LEFT_OUT
        events = [
            self._event(declared, reading)
            for declared in self._mapping.events
            if all(line.cells[column] for column in declared.when_filled)
        ]
        authority = self._authority(reading)
        if reading.problems:
            return list(reading.problems)
        if not events:
            return [Problem("no-event")]
        supplied = reading.first(enterprise.source)[1]
        return Row(line, authority, number, supplied, None if name is LEFT_OUT else name, opened_at, events)

    def _quarantine(self, reading: Reading) -> None:
        for rule, pattern in self._rules:
            cell = reading.cells[rule.column]
            if pattern.matches(cell) if pattern else cell in (rule.one_of or ()):
                reading.problem("rule", rule.column, reason=rule.reason)

    def _authority(self, reading: Reading) -> str:
        agency = self._mapping.agency
        if agency is None:
            return ""
        return str(reading.value(Text(text=agency.column))) if isinstance(agency, AgencyPerValue) else agency.id

    def _event(self, declared: EventOf, reading: Reading) -> Made:
        data = {name: made for name, field in declared.data.items() if (made := reading.value(field)) is not LEFT_OUT}
        time, precision = reading.time(declared.time)
        event_id = str(reading.value(Template(template=declared.id)))
        return Made(declared.type, event_id, time, precision, data, declared)


class Reading:
    """The cells of one line while they are converted, and the problems found, each once."""

    def __init__(self, cells: dict[str, str], tables: dict[str, dict[str, str | None]]) -> None:
        self.cells = cells
        self.tables = tables
        self.problems: dict[Problem, None] = {}

    def problem(self, code: str, column: str, **about: str) -> None:
        """Note why the line cannot be taken."""
        self.problems[Problem(code, column, self.cells[column], tuple(about.items()))] = None

    def find_no_values(self) -> None:
        """Note every cell that a workbook has no value for, whatever it feeds."""
        for column, cell in self.cells.items():
            if isinstance(cell, Failed):
                self.problem("cell-error", column)
            elif isinstance(cell, Uncalculated):
                self.problem("formula-uncalculated", column)

    def first(self, source: list[str]) -> tuple[str, str]:
        """The first filled cell of these columns, with its column."""
        return next(((column, self.cells[column]) for column in source if self.cells[column]), (source[0], ""))

    def time(self, field: Date) -> tuple[datetime, Precision]:
        """A point in time with its precision; of no meaning once a problem is noted."""
        made: tuple[datetime, Precision] = self._attempt(field, *self.first(field.source))
        return made if made is not LEFT_OUT else (datetime.min, "day")  # noqa: DTZ901 - never sent

    def value(self, field: AnyField) -> Any:
        """The value a field makes of the line, or LEFT_OUT; problems are noted."""
        match field:
            case Constant():
                return field.constant
            case Object():
                parts = {
                    name: made for name, part in field.object.items() if (made := self.value(part)) is not LEFT_OUT
                }
                return parts or LEFT_OUT
            case Template():
                for column in placeholders(field.template):
                    self._attempt(Text(text=column), column, self.cells[column])
                return field.template.format_map(self.cells)
            case Date():
                made = self._attempt(field, *self.first(field.source))
                return made if made is LEFT_OUT else made[0].date().isoformat()
            case _:
                return self._attempt(field, *self.first(field.source))

    def _attempt(self, field: Cell, column: str, text: str) -> Any:
        if not text:
            if not field.optional:
                self.problem("empty", column)
            return LEFT_OUT
        if isinstance(text, Failed | Uncalculated):
            return LEFT_OUT  # noted for the whole line
        try:
            return self._converted(field, text)
        except Unconvertible as error:
            self.problem(error.code, column, **dict(error.about))
            return LEFT_OUT

    def _converted(self, field: Cell, text: str) -> Any:
        match field:
            case Text():
                short = field.longest is not None and len(text) > field.longest
                return text[: field.longest - 1].rstrip() + "…" if short and field.longest else str(text)
            case Amount():
                return convert.amount(text, field.decimal)
            case Number():
                return convert.number(text, field.decimal)
            case Date():
                return dates.date(text, field.formats)
            case EnterpriseNumber():
                return convert.enterprise(text)
            case Lookup():
                common = convert.lookup(text, self.tables[field.table], field.table)
                return LEFT_OUT if common is None else common
            case _:
                raise TypeError(f"no converter for {type(field).__name__}")


def blamed(declared: EventOf | None, opened_at: Date, pointer: str, cells: dict[str, str]) -> str | None:
    """The column that fed the field of an event a JSON pointer names; None when no column did.

    Without a declaration the event opens the dossier, and has its time of `opened_at`.
    """
    if pointer == "/time":
        fed = (declared.time if declared else opened_at).source
    else:
        name = pointer.removeprefix("/data/").split("/")[0]
        field = declared.data.get(name) if declared else None
        fed = columns(field) if field is not None else []
    return next((column for column in fed if cells[column]), None)
