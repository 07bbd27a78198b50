"""Fields: the converters a mapping may name; each makes one value of an event from cells of a line."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name the mapping gives: to a column, to a table."""

Source = Name | Annotated[list[Name], Field(min_length=1)]
"""A column, or several of which the first that is filled counts."""

DecimalMark = Literal[".", ",", "either"]
DayFormat = Literal[
    "yyyy-mm-dd", "dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "mm/dd/yyyy", "d month yyyy", "yyyymmdd", "excel-serial"
]
DateFormat = DayFormat | Literal["yyyy-mm", "mm/yyyy", "month yyyy", "yyyy"]
DAYS: frozenset[str] = frozenset(get_args(DayFormat))
"""The forms that tell a day; the others tell a month or a year."""


class Closed(BaseModel):
    """A part of a mapping: nothing unknown in it, and no type bent into another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Cell(Closed):
    """Reads one cell. An empty one quarantines the line, unless `optional`: then the field is left out."""

    column: Source
    optional: bool = False

    @property
    def source(self) -> list[str]:
        """The columns it reads; the first that is filled counts."""
        return [self.column] if isinstance(self.column, str) else self.column


class Text(Cell):
    """The text as it stands. With `longest`, a longer one is cut and ends in an ellipsis."""

    column: Source = Field(alias="text")
    longest: Annotated[int, Field(ge=2)] | None = None


class Amount(Cell):
    """Money: a decimal string, never rounded."""

    column: Source = Field(alias="amount")
    decimal: DecimalMark = "."


class Number(Cell):
    """A count or measure."""

    column: Source = Field(alias="number")
    decimal: DecimalMark = "."


class Date(Cell):
    """A day; as the time of an event also a month or a year, which then is the time's precision."""

    column: Source = Field(alias="date")
    formats: Annotated[list[DateFormat], Field(min_length=1)] = ["yyyy-mm-dd"]


class EnterpriseNumber(Cell):
    """A Belgian enterprise number in any usual spelling."""

    column: Source = Field(alias="enterprise_number")


class Lookup(Cell):
    """The common term a table has for the register's own."""

    column: Source = Field(alias="lookup")
    table: Name


class Template(Closed):
    """Text with `{column}` in it; every column named must be filled."""

    template: str


class Constant(Closed):
    """The same value for every line."""

    constant: str | int | bool


class Object(Closed):
    """A record of fields; left out when all its fields are."""

    object: Annotated[dict[str, AnyField], Field(min_length=1)]


CONVERTERS = {
    "text",
    "amount",
    "number",
    "date",
    "enterprise_number",
    "lookup",
    "template",
    "constant",
    "object",
}


def _converter(given: Any) -> str | None:
    named = CONVERTERS & given.keys() if isinstance(given, dict) else set()
    return named.pop() if len(named) == 1 else None


AnyField = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[Amount, Tag("amount")]
    | Annotated[Number, Tag("number")]
    | Annotated[Date, Tag("date")]
    | Annotated[EnterpriseNumber, Tag("enterprise_number")]
    | Annotated[Lookup, Tag("lookup")]
    | Annotated[Template, Tag("template")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Object, Tag("object")],
    Discriminator(
        _converter,
        custom_error_type="converter",
        custom_error_message="exactly one converter is needed: " + ", ".join(sorted(CONVERTERS)),
    ),
]
Object.model_rebuild()


def placeholders(template: str) -> list[str]:
    """The columns a template names; ValueError when it is more than text with `{column}` in it."""
    named = []
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is not None:
            if form or conversion or not name.isidentifier():
                raise ValueError("write {column}, nothing more, between braces")
            named.append(name)
    return named


def walk(field: AnyField, at: str) -> Iterator[tuple[str, AnyField]]:
    """A field and, for an object, all within it; each with its path."""
    yield at, field
    if isinstance(field, Object):
        for name, part in field.object.items():
            yield from walk(part, f"{at}.{name}")


def columns(field: AnyField) -> list[str]:
    """The columns a field reads itself."""
    if isinstance(field, Cell):
        return field.source
    return placeholders(field.template) if isinstance(field, Template) else []
