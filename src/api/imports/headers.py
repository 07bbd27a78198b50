"""Headers: which column of the file is which of the mapping, whatever its language, capitals, accents and spaces."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import NamedTuple, get_args

from api.imports.dates import fold
from api.imports.mapping import Delimiter, Mapping, listed
from api.imports.problems import FileRefused


class Columns(NamedTuple):
    """Where the columns of a mapping stand in a file: its headers, places, what is absent, and the file's width."""

    headers: dict[str, str]
    places: dict[str, int]
    absent: dict[str, str]
    width: int


def columns_of(head: Sequence[str], mapping: Mapping) -> Columns:
    """The columns of a header. Raises FileRefused for one that is missing or stands twice."""
    named = [fold(header) for header in head]
    while named and not named[-1]:
        named.pop()  # what a spreadsheet leaves to the right of a table
    places: dict[str, int] = {}
    for name, headers in mapping.headers():
        wanted = {fold(header) for header in listed(headers)}
        found = [place for place, header in enumerate(named) if header in wanted]
        if len(found) > 1:
            raise FileRefused("header-twice", column=name, present=", ".join(head[place] for place in found))
        if not found and name in mapping.columns:
            present = _told(head, named, mapping)
            raise FileRefused("header-missing", column=name, wanted=" / ".join(listed(headers)), present=present)
        if found:
            places[name] = found[0]
    absent = dict.fromkeys(mapping.optional_columns.keys() - places.keys(), "")
    return Columns({name: head[place].strip() for name, place in places.items()}, places, absent, len(head))


def _told(head: Sequence[str], named: Sequence[str], mapping: Mapping) -> str:
    """The headers of a file. A line with none of the mapping's may be a row: what stands there can be a person's."""
    wanted = {fold(header) for _, headers in mapping.headers() for header in listed(headers)}
    return "…" if wanted.isdisjoint(named) else ", ".join(header for header in head if header)


def delimiter_of(lines: Sequence[str], mapping: Mapping) -> str:
    """The delimiter by which a header has the mapping's columns. Raises FileRefused when several do, or none."""
    line = "".join(lines)
    fitting: list[str] = []
    refusal: FileRefused | None = None
    for delimiter in sorted(get_args(Delimiter), key=line.count, reverse=True):
        try:
            columns_of(next(csv.reader(lines, delimiter=delimiter), []), mapping)
        except FileRefused as error:
            refusal = refusal or error
        else:
            fitting.append(delimiter)
    if not fitting:
        raise refusal or FileRefused("header-absent", line=1)
    if len(fitting) > 1 and len({len(line.split(delimiter)) for delimiter in fitting}) > 1:
        raise FileRefused("delimiter-unclear")
    return fitting[0]
