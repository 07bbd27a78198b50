"""Drawing: the plan of a chart as a Vega-Lite specification that carries its data and its words."""

from __future__ import annotations

from typing import Any

import altair as alt

from api.charts.bars import Drawn, bars, columns, number
from api.charts.finding import alternative, notes
from api.charts.lines import lines
from api.charts.page import FONT, PAGES, Page, Size, margin, wrapped
from api.charts.palette import INK, LINE, PAPER, SOFT
from api.charts.plan import Panel, Plan
from api.charts.planning import planned
from api.charts.sheets import Sheet, whole
from api.charts.telling import Told
from api.words.languages import Lang
from api.words.words import capital

NUMBERS: dict[Lang, dict[str, Any]] = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\xa0€"], "percent": "\xa0%"},
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\xa0", ""], "percent": "\xa0%"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "percent": "%"},
}
DRAW = {"number": number, "bars": bars, "columns": columns, "lines": lines, "steps": lines}


def drawn(told: Told, size: Size = "wide", sheet: Sheet | None = None) -> dict[str, Any]:
    """The specification of a figure's chart, or of one sheet of it.

    Hidden values are not in it: `…` stands in their place.
    """
    sheet, page = sheet or whole(planned(told)), PAGES[size]
    plan = sheet.plan
    parts: list[Drawn | alt.Chart] = [_panel(told, plan, panel, page) for panel in plan.panels if panel.marks]
    if sheet.is_last:
        parts.append(_foot(told, plan, page))
    chart = alt.vconcat(
        *parts, spacing=22, title=_title(told, sheet, page), description=alternative(told, plan),
        background=PAPER, padding={"left": 8, "top": 10, "right": 14, "bottom": 8}, config=_config(told, size),
    )  # fmt: skip
    found: dict[str, Any] = chart.to_dict()  # each of altair's methods would copy all panels anew: half of all drawing
    return found


def _config(told: Told, size: Size) -> alt.Config:
    page = PAGES[size]
    axis = alt.AxisConfig(
        labelFontSize=page.text, titleFontSize=page.text, labelColor=INK, titleColor=SOFT, titleFontWeight="normal",
        gridColor=LINE, domainColor=SOFT, tickColor=SOFT, labelLimit=0,
    )  # fmt: skip
    legend = alt.LegendConfig(
        labelFontSize=page.text, labelColor=INK, labelLimit=0, orient="top", title=None, symbolStrokeWidth=2, offset=8,
        symbolSize=90, columnPadding=18,
    )  # fmt: skip
    locale, view = alt.Locale(number=_numbers(told)), alt.ViewConfig(stroke=None)
    return alt.Config(font=FONT, aria=False, locale=locale, view=view, axis=axis, legend=legend)


def _numbers(told: Told) -> alt.NumberLocale:
    return alt.NumberLocale(**NUMBERS[told.words.lang])


def _title(told: Told, sheet: Sheet, page: Page) -> alt.TitleParams:
    below = (told.question, told.graded) if sheet.number == 1 else ()
    subtitle = [line for text in below for line in wrapped(text, page.width, page.text)]
    title = told.title if sheet.of == 1 else f"{told.title} ({sheet.number}/{sheet.of})"
    return alt.TitleParams(
        text=wrapped(title, page.width, page.title * 1.08), subtitle=subtitle,
        anchor="start", frame="bounds", fontSize=page.title, color=INK, subtitleFontSize=page.text, subtitleColor=SOFT,
        subtitlePadding=6, offset=16, lineHeight=page.title + 5, subtitleLineHeight=page.text + 5,
    )  # fmt: skip


def _foot(told: Told, plan: Plan, page: Page) -> alt.Chart:
    """What is not shown and why, and where the figure comes from."""
    size, left = page.text - 2, margin(plan, page)
    lines = [
        line for note in [*_said(told), *notes(told, plan), told.source] for line in wrapped(note, page.width, size)
    ]
    foot: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{}]), width=page.width - 14 - left, height=len(lines) * (size + 5))
        .mark_text(text=lines, align="left", baseline="top", fontSize=size, color=SOFT, lineHeight=size + 5)
        .encode(x=alt.value(-left), y=alt.value(0))
    )
    return foot


def _said(told: Told) -> list[str]:
    """What a picture says beside its sentences: that it is unprotected, or empty, whose bars these are, how sure."""
    said = [told.words("figures.unprotected")] if told.certificate["disclosure"].get("method") == "none" else []
    if not told.shown:
        return [*said, told.words("figures.nothing")]
    sides = {"from_agency": "figures.senders", "to_agency": "figures.receivers"}
    told_of = [text for name, text in sides.items() if name in told.by]
    if len(told_of) == 1:  # a name alone does not tell who sends from who receives
        said.append(told.words(told_of[0]))
    return [*said, told.words("figures.intervals")] if any(cell.low is not None for cell in told.cells) else said


def _panel(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    chart = DRAW[plan.kind](told, plan, panel, page)
    if panel.title:
        chart = chart.properties(
            title=alt.TitleParams(text=wrapped(capital(panel.title), page.width, page.text + 1), anchor="start",
                                  frame="group", fontSize=page.text + 1, color=INK, offset=8)
        )  # fmt: skip
    return chart
