"""The mapping: what each line of a file says, declared once by who knows it (docs/reference/mapping.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from api.imports.fields import (
    AnyField,
    Closed,
    Constant,
    Date,
    EnterpriseNumber,
    Name,
    Source,
    Text,
    columns,
    placeholders,
    walk,
)
from dossier.catalogue import TYPES
from dossier.catalogue.fact import PREFIX
from dossier.values import AgencyId, Term

Header = Annotated[str, StringConstraints(min_length=1)]
Headers = Header | Annotated[list[Header], Field(min_length=1)]
"""What a column is called in the file; several where it is called differently from file to file."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
HeaderLine = Annotated[int, Field(ge=1, le=100)]
Encoding = Literal[
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "windows-1252",
    "cp1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp850",
    "macintosh",
]
Delimiter = Literal[",", ";", "\t", "|"]


class CsvFile(Closed):
    """Text with a delimiter: that by which the header has the columns, unless one is declared.

    In `encoding`, or the first of `encodings` that the whole file fits; where neither is declared it is detected.
    """

    format: Literal["csv"]
    encoding: Encoding | None = None
    encodings: Annotated[list[Encoding] | None, Field(min_length=1)] = None
    delimiter: Delimiter | None = None
    header_line: HeaderLine = 1

    @property
    def declared(self) -> list[Encoding]:
        """The encodings to try, in order; none where it is to be detected."""
        return [self.encoding] if self.encoding else self.encodings or []

    @model_validator(mode="after")
    def _one_word_on_encoding(self) -> CsvFile:
        if self.encoding and self.encodings:
            raise ValueError("give either `encoding` or `encodings`")
        return self


class XlsxFile(Closed):
    """A workbook; its first sheet unless one is named. Values count, formulas do not."""

    format: Literal["xlsx"]
    sheet: str | None = None
    header_line: HeaderLine = 1


class NdjsonFile(Closed):
    """One JSON object a line, in UTF-8; `a.b` names field b of object a."""

    format: Literal["ndjson"]


AnyFile = Annotated[CsvFile | XlsxFile | NdjsonFile, Field(discriminator="format")]


class Names(Closed):
    """A name in the languages of the administration."""

    fr: Label
    nl: Label
    en: Label


class OneAgency(Closed):
    """Every line is posted by this agency; registered when it is not known."""

    id: AgencyId
    names: Names
    source_prefix: Label


class AgencyPerValue(Closed):
    """An agency for each value of a column; its id is in `ids`, or made of the value. Registered when new."""

    column: Name
    ids: dict[str, AgencyId] = Field(default={})
    source_prefix: Label


def _agency(given: Any) -> str:
    return "each" if isinstance(given, dict) and "column" in given else "one"


AnyAgency = Annotated[Annotated[OneAgency, Tag("one")] | Annotated[AgencyPerValue, Tag("each")], Discriminator(_agency)]


class DossierOf(Closed):
    """A line belongs to the dossier that holds its enterprise; one is opened when none does."""

    enterprise: Source
    legal_name: Text | None = None
    opened_at: Date
    channel: Term | None = None


class Rule(Closed):
    """Lines to leave out, and why: those whose cell is one of `is`, or matches a whole regular expression."""

    column: Name
    one_of: Annotated[list[str] | None, Field(alias="is")] = None
    matches: str | None = None
    reason: Label

    @model_validator(mode="after")
    def _one_test(self) -> Rule:
        if (self.one_of is None) == (self.matches is None):
            raise ValueError("give either `is` or `matches`")
        return self


class EventOf(Closed):
    """An event that a line becomes, unless a column of `when_filled` is empty."""

    type: str
    id: str
    time: Date
    when_filled: list[Name] = Field(default=[])
    data: dict[str, AnyField]


class Mapping(Closed):
    """A whole mapping. Without an `agency`, whoever sends the file posts every line."""

    version: Literal[1]
    name: AgencyId
    about: str
    file: AnyFile
    columns: Annotated[dict[Name, Headers], Field(min_length=1)]
    optional_columns: dict[Name, Headers] = Field(default={})
    agency: AnyAgency | None = None
    dossier: DossierOf
    tables: dict[Name, dict[str, str | None]] = Field(default={})
    quarantine: list[Rule] = Field(default=[])
    events: Annotated[list[EventOf], Field(min_length=1)]

    def fields(self) -> Iterator[tuple[str, AnyField]]:
        """Every field, with its path in the YAML."""
        yield "dossier.enterprise", EnterpriseNumber(enterprise_number=self.dossier.enterprise)
        yield "dossier.opened_at", self.dossier.opened_at
        if self.dossier.legal_name:
            yield "dossier.legal_name", self.dossier.legal_name
        for index, event in enumerate(self.events):
            yield f"events[{index}].time", event.time
            for name, field in event.data.items():
                yield from walk(field, f"events[{index}].data.{name}")

    def headers(self) -> Iterator[tuple[str, Headers]]:
        """Every column with what it may be called: those that are needed, then the others."""
        yield from self.columns.items()
        yield from self.optional_columns.items()

    def reads_serials(self) -> bool:
        """Whether a day may be the serial number that a spreadsheet keeps it as."""
        return any(isinstance(field, Date) and "excel-serial" in field.formats for _, field in self.fields())

    def impersonal(self) -> set[str]:
        """The columns whose cells say nothing of a person, as the catalogue has it: a stored report may show them.

        An enterprise number is not among them: that of a sole trader is a person's.
        """
        named: set[str] = set()
        personal = set(listed(self.dossier.enterprise)) | set(columns(self.dossier.legal_name or Constant(constant="")))
        for event in self.events:
            hidden = TYPES[f"{PREFIX}{event.type}.v1"].PERSONAL
            for name, field in event.data.items():
                for _, part in walk(field, name):
                    of_person = name in hidden or isinstance(part, EnterpriseNumber)
                    (personal if of_person else named).update(columns(part))
            named |= set(columns(event.time))
        return named - personal

    def references(self) -> Iterator[tuple[str, str]]:
        """Every column that is made use of, with the path in the YAML. ValueError as of `placeholders`."""
        for path, field in self.fields():
            yield from ((path, column) for column in columns(field))
        for index, event in enumerate(self.events):
            yield from ((f"events[{index}].id", column) for column in placeholders(event.id))
            yield from ((f"events[{index}].when_filled", column) for column in event.when_filled)
        yield from ((f"quarantine[{index}].column", rule.column) for index, rule in enumerate(self.quarantine))
        if isinstance(self.agency, AgencyPerValue):
            yield "agency.column", self.agency.column


def listed(source: Source) -> list[str]:
    """The columns, or headers, that count, the first first."""
    return [source] if isinstance(source, str) else source
