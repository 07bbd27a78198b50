"""A sheet: the cells of a workbook's rows, read one row at a time, and what they hold that is no value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from api.imports.cells import Failed, Moment, Uncalculated

NEVER = 60
"""What spreadsheets that count from 1900 take for 29 February of that year, which had none."""
LAST = 2_958_466
"""The number of the day after 31 December 9999."""


class Cells(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """Reads cells as openpyxl does, and marks those that it would make a fact of though they have no value."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """A cell: its row, its column, its value."""
        day = self._no_day(element)
        if day is not None:
            del element.attrib["s"]  # it is shown as a day, and is none
        cell: dict[str, Any] = super().parse_cell(element)
        if day is not None:
            cell["value"] = day
        elif cell["data_type"] == "e":
            cell["value"] = Failed(cell["value"] or "#")
        elif cell["value"] is None and _uncalculated(element):
            cell["value"] = Uncalculated(f"={element.findtext(FORMULA_TAG) or ''}")
        return cell

    def _no_day(self, element: Any) -> str | None:
        """What stands in a cell that is shown as a day, where no day has its number."""
        style = int(element.get("s", 0))
        if style not in self.date_formats or style in self.timedelta_formats or element.get("t", "n") != "n":
            return None
        number = float(element.findtext(VALUE_TAG) or 0)
        if NEVER <= number < NEVER + 1 and self.epoch == CALENDAR_WINDOWS_1900:
            return Moment("1900-02-29")
        return None if 0 <= number < LAST else f"{number:.15g}"


def _uncalculated(element: Any) -> bool:
    """Whether a cell without a value is a formula; one that gives an empty text has that as its value."""
    empty_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
    return element.find(FORMULA_TAG) is not None and not empty_text


def cells_by_row(sheet: Any) -> Iterator[list[Any]]:
    """The rows of a sheet that is open to be read; those that the file passes over, too.

    As openpyxl's own rows, by what it keeps to itself: it gives the values alone, and not that there is none.
    """
    book, number = sheet.parent, 0
    with sheet._get_source() as source:
        parser = Cells(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for at, cells in parser.parse():
            yield from ([] for _ in range(number + 1, at))
            if at > number:
                number = at
                yield _row(cells)


def _row(cells: list[dict[str, Any]]) -> list[Any]:
    """The values of cells in their columns."""
    row = [None] * max((cell["column"] for cell in cells), default=0)
    for cell in cells:
        row[cell["column"] - 1] = cell["value"]
    return row
