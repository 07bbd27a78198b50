"""Published: answers out of publications, and what two of them have otherwise, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import psycopg
import pyarrow.compute as pc

from projections.counting.counting import Bounds, Question, count
from projections.counting.indicator import Indicator
from projections.counting.quality import Quality
from projections.counting.tables import counting, declares
from projections.disclosure.layout import Key, added_up, grouping, groupings, key_of, tables, year_of
from projections.disclosure.publication import SQL, Publication
from projections.disclosure.spans import apart
from projections.figures.figures import Asked, answer, asked_of, within
from projections.generations.store import served
from projections.rulesets.rulebook import under
from projections.rulesets.ruleset import RulesetUnknown, changed


class NotPublished(Exception):
    """The public was not shown this; the message says what it was."""


def moved(
    indicator: Indicator, before: Publication, last: Publication, by: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The cells, by these dimensions or the usual ones, whose value is another in the last.

    What either hides stays hidden. Raises NotPublished, UnknownDimension.
    """
    question = asked_of(indicator, Asked(by))
    now = _values(question, last)
    try:
        was = _values(question, before)
    except NotPublished:  # its indicator has come to a dimension since
        was = {}
    return [
        {
            "cell": {name: None if value is None else str(value) for name, value in cell},
            "published": was.get(cell),
            "now": now.get(cell),
        }
        for cell in dict.fromkeys([*was, *now])
        if was.get(cell) != now.get(cell)
    ]


def _values(question: Question, shown: Publication) -> dict[Any, Any]:
    """What a publication shows, by cell."""
    rows = as_published(question, shown)["rows"]
    return {tuple((name, row[name]) for name in question.by): row["value"] for row in rows}


def causes(connection: psycopg.Connection[Any], before: Publication, last: Publication) -> dict[str, Any]:
    """What happened between two publications: other rules, corrections and retractions, events.

    Of corrections and retractions the first twenty positions are named.
    """
    if before.number == last.number:
        return {}
    amended = connection.execute(SQL["amendments"], (before.position, last.position)).fetchone() or (0, None)
    rulesets = [one.certificate["ruleset"] for one in (before, last)]
    other = before.certificate["ruleset_digest"] != last.certificate["ruleset_digest"]
    return {
        "events": last.position - before.position,
        "amendments": amended[0],
        "positions": [str(position) for position in amended[1] or ()],
        **({"rulesets": rulesets} if other else {}),
    }


def overtaken(connection: psycopg.Connection[Any], indicator: Indicator, last: Publication) -> list[str] | None:
    """The ruleset of a publication and the one served now, where this says otherwise what the figure reads; else None.

    It stands as published until it can be shown under these rules without giving anybody away.
    """
    now = served(connection)
    before = last.certificate["ruleset"], last.certificate["ruleset_digest"]
    if now is None or now.digest == before[1]:
        return None
    try:
        other = changed(under(connection, *before), under(connection, now.ruleset, now.digest))
    except RulesetUnknown:  # what they said then is not known here
        other = list(indicator.rules)
    reached = any(declares(indicator.rules, rule) for rule in other)
    return [before[0], now.ruleset] if reached else None


def public_certificate(shown: Publication) -> dict[str, Any]:
    """A publication's certificate with when it was published."""
    at = shown.published_at.isoformat() if shown.published_at else None
    told = {name: value for name, value in shown.certificate.items() if name != "as_of"}
    return told | {"disclosure": shown.certificate["disclosure"] | {"published_at": at}}


def as_published(question: Question, shown: Publication) -> dict[str, Any]:
    """An answer out of a publication: a span of years as one where each of its years is shown and no more follows.

    Raises NotPublished.
    """
    question = apart(question, shown.contributions)
    hidden = hidden_in(question, shown)
    late = question.indicator.late and "late" in shown.contributions.column_names  # it may have been judged only since
    kept = question.indicator.model_copy(update={"sql": "SELECT * FROM contribution", "rules": [], "late": late})
    with counting({"contribution": shown.contributions}, kept) as database:
        counted = count(database, question._replace(indicator=kept))
    if _tells(question, shown):
        counted = counted._replace(quality=Quality(None, None))
    day = shown.certificate["as_of"]
    return answer(question, counted, hidden, date.fromisoformat(day) if day else None, public_certificate(shown))


def hidden_in(question: Question, shown: Publication) -> Collection[Key]:
    """The cells of an answer that a publication hides. Raises NotPublished."""
    indicator, years = question.indicator, question.years
    year = year_of(indicator) if years != Bounds() else None
    own = grouping(indicator, [*question.by, *([year] if year else [])])
    published_so = own in groupings(tables(indicator)) and _divided(shown, set(added_up(indicator)), set(own))
    if not published_so or (years != Bounds() and year is None):
        published = "; ".join(",".join(table) for table in tables(indicator))
        raise NotPublished(f"{indicator.name} is published by dimensions of one of these tables: {published}")
    if year is None:
        return shown.covered
    told = {name for name, _ in key_of(indicator, dict.fromkeys(question.by)) or ()}
    return {
        tuple(part for part in key if part[0] in told)
        for key in shown.covered
        if {name for name, _ in key} & set(added_up(indicator)) == set(own) and _within(dict(key).get(year), years)
    }


def _tells(question: Question, shown: Publication) -> bool:
    """Whether the quality of all rows would tell of a few: of years that are hidden, or of fewer than are shown."""
    indicator, given, years = question.indicator, shown.contributions, question.years
    if not (indicator.missing or indicator.late):
        return False
    whole = question._replace(by=indicator.always)
    margin = grouping(indicator, whole.by)
    hidden = hidden_in(whole, shown)
    if years != Bounds():
        given = within(given, years)
    else:
        hidden = {key for key in hidden if {name for name, _ in key} & set(added_up(indicator)) == set(margin)}
    unknown = given.filter(pc.is_null(given["amount"]))
    fewest = shown.certificate["disclosure"].get("n", 0)
    few = bool(unknown.num_rows) and pc.count_distinct(unknown["undertaking"]).as_py() < fewest
    return bool(hidden) or few


def _divided(shown: Publication, among: set[str], own: set[str]) -> bool:
    """Whether a publication has cells by these dimensions: its indicator may have come to one since."""
    return not shown.keys or any({name for name, _ in key} & among == own for key in shown.keys)


def _within(year: str | None, years: Bounds) -> bool:
    return year is None or (years.first or 0) <= int(year) <= (years.last or 9999)
