"""The extract: the register's files as it publishes them, read line by line, of the enterprises asked for alone."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from api.imports.dates import date
from api.imports.problems import FileRefused, Unconvertible

ENTERPRISE = "enterprise.csv"
NEEDED = {
    "meta.csv": {"Variable", "Value"},
    ENTERPRISE: {"EnterpriseNumber", "Status", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC", "StartDate"},
    "address.csv": {"EntityNumber", "TypeOfAddress", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
                    "DateStrikingOff"},
    "activity.csv": {"EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"},
    "denomination.csv": {"EntityNumber", "Language", "TypeOfDenomination", "Denomination"},
}  # fmt: skip
Row = dict[str, str]


class Numbered(NamedTuple):
    """A row of a file and the number of its line."""

    line: int
    row: Row


class Extract:
    """A full extract. Raises FileRefused where a file is missing, is no such file, or the extract is an update."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in NEEDED:
            self._header(name)
        meta = {row["Variable"]: row["Value"] for _, row in self.rows("meta.csv")}
        kind = meta.get("ExtractType", "")
        if kind.lower() != "full":
            raise FileRefused("register-update", kind=kind or "?")
        try:
            self.day: datetime = date(meta.get("SnapshotDate", ""), ["dd-mm-yyyy"])[0]
        except Unconvertible as error:
            raise FileRefused("register-file", file="meta.csv", detail=f"SnapshotDate: {error}") from None

    @property
    def name(self) -> str:
        """The day of its contents, which names it."""
        return self.day.date().isoformat()

    def rows(self, name: str) -> Iterator[Numbered]:
        """Every row of a file. Raises FileRefused at one that is no CSV."""
        with (self.directory / name).open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True, restval="")
            try:
                for row in reader:
                    yield Numbered(reader.line_num, row)
            except (csv.Error, UnicodeDecodeError) as error:
                said = f"line {reader.line_num + 1}: {error}"
                raise FileRefused("register-file", file=name, detail=said) from None

    def of(self, name: str, column: str, numbers: Collection[str]) -> Iterator[tuple[str, Numbered]]:
        """The rows whose column is the number of one of these enterprises."""
        for found in self.rows(name):
            number = found.row[column].replace(".", "")
            if number in numbers:
                yield number, found

    def _header(self, name: str) -> None:
        try:
            with (self.directory / name).open(encoding="utf-8-sig", newline="") as text:
                present = set(next(csv.reader(text), []))
        except (OSError, UnicodeDecodeError) as error:
            raise FileRefused("register-file", file=name, detail=getattr(error, "strerror", error)) from None
        missing = NEEDED[name] - present
        if missing:
            raise FileRefused("register-file", file=name, detail=f"no column {', '.join(sorted(missing))}")
