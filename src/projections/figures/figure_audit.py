"""A figure against a recount of the log: its rows, its certificate, and all else that it says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from dossier.sealing.reading import head
from dossier.verification.wrong import Wrong, expect
from projections.counting.indicator import Indicator, indicator
from projections.counting.tables import Facts
from projections.disclosure.parameters import parameters
from projections.disclosure.publication import SQL
from projections.figures import exchange
from projections.figures.evidence import evidence_level
from projections.figures.facts_reader import FACTS, root_of, table_of, with_rules
from projections.figures.figures import UNCONTROLLED, Asked, digest_of, figure, hide
from projections.figures.succession import under_successors
from projections.generations.auditing import REPLAYED, Progress, replay
from projections.generations.store import Generation
from projections.rulesets.rulebook import lookup
from projections.rulesets.ruleset import Ruleset

Connection = psycopg.Connection[Any]
Figure = dict[str, Any]
ASKED = ("from", "to")
"""What is told beside a figure, since it does not say it: the years it was asked for."""
BY_YEARS = ("as_of", "quality", "result_digest", "rows")
"""What is another when other years are asked for."""
OF_ALL_YEARS = " over all years: if some were asked for, give --from and --to"


def audit_figure(
    connection: Connection,
    conninfo: str,
    told: Figure,
    progress: Progress,
    *,
    readings_kept: bool = True,
    publications_kept: bool = True,
) -> Figure:
    """Count a published figure again, from the log alone, cut where its certificate says. The recount. Raises Wrong.

    `told` is the answer of `/v1/indicators/{name}`, with the `from` and `to` it was asked for where it was;
    `readings_kept` and `publications_kept` are whether the access ledger, and what was published, are there too: some
    indicators count readings, and a figure that says it is a publication is held against that one.
    """
    own = indicator(told["indicator"])
    if not readings_kept:
        check_without_readings(told)
    certificate = told["certificate"]
    expect("readings" in certificate or not own.ledger, "the certificate does not say how many readings were counted")
    rules = lookup(connection, certificate["ruleset"])
    expect(rules.digest == certificate["ruleset_digest"], "the ruleset's digest is another: these are other rules")
    generation = _generation(connection, int(certificate["position"]), certificate["root"], rules)
    facts = _facts(connection, conninfo, generation, rules, progress)
    if own.ledger:
        facts["fact_exchange"] = exchange.certified(connection, generation.position, certificate)
    if "successors" in certificate:
        facts = under_successors(facts, certificate["successors"])
    asked = Asked(told["by"], told.get("from"), told.get("to"), controlled=False)
    counted = as_told(own, figure(own, asked, generation, facts), told, rules)
    _compare(counted, told, "" if told.get("from") or told.get("to") else OF_ALL_YEARS)
    if publications_kept and "publication" in certificate["disclosure"]:
        _check_published(connection, told)
    return counted


def check_without_readings(told: Figure) -> None:
    """That a figure can be counted again where no readings are. Raises Wrong."""
    name = told["indicator"]
    how = "which are not in an exported log: give those that `dossier export --readings` wrote, by --readings"
    expect(not indicator(name).ledger, f"{name} counts readings too, {how}")


def _generation(connection: Connection, position: int, root: str, rules: Ruleset) -> Generation:
    """The log up to a position, once its tree is the one that was certified."""
    expect(position <= head(connection), f"the log does not reach position {position}")
    made = root_of(connection, position)
    expect(made == root, f"the tree over {position} events has another root: this is another log")
    return Generation(0, rules.id, rules.digest, position, made)


def _facts(connection: Connection, conninfo: str, generation: Generation, rules: Ruleset, progress: Progress) -> Facts:
    replay(connection, conninfo, generation, rules, progress)
    facts = {table: table_of(connection, sql.Identifier("pg_temp", REPLAYED + table), 0) for table in FACTS}
    return with_rules(facts, rules)


def as_told(own: Indicator, counted: Figure, told: Figure, rules: Ruleset) -> Figure:
    """What was counted, as the answer says it: with those rows hidden that the answer hides.

    What hides a row is not for a recount to say, nor when it was published; of quality, whether rows of an older
    publication were judged late, and whether it would tell of a few.
    """
    rows = [hide(row, told["by"]) if hidden else row for row, hidden in _beside(counted["rows"], told)]
    made, given = dict(counted["certificate"]), told["certificate"]
    disclosure = given["disclosure"]
    if disclosure != UNCONTROLLED or any(row["suppressed"] for row in rows):
        shown = {name: disclosure[name] for name in ("publication", "published_at") if name in disclosure}
        made["disclosure"] = parameters(rules, counted["as_of"]).told() | shown
    made |= {"successors": given["successors"]} if "successors" in given else {}
    if "readings_root" not in given:
        made.pop("readings_root", None)
    quality = dict(counted["quality"])
    for withheld in ({"late": None}, dict.fromkeys(quality)):
        if "publication" in disclosure and told.get("quality") == quality | withheld:
            quality |= withheld
    return counted | {
        "rows": rows,
        "certificate": made | {"result_digest": digest_of(rows)},
        "quality": quality,
        "evidence_level": evidence_level(own, rows),
    }


def _compare(counted: Figure, told: Figure, of_years: str) -> None:
    """Raise Wrong at the first thing that a figure says otherwise than what was counted, or that no figure says.

    `of_years` is said of what the years make otherwise, which the figure does not say it was asked for.
    """
    for name in sorted({*counted, *told} - {*ASKED}):
        expect(name in told, f"it does not say its {name}")
        expect(name in counted, f"it says {name}, which is not counted here")
        if name == "certificate":
            _compare(counted[name], told[name], of_years)
        else:
            hint = of_years if name in BY_YEARS else ""
            expect(_plain(told[name]) == _plain(counted[name]), f"its {name} is not what the log comes to{hint}")


def _check_published(connection: Connection, told: Figure) -> None:
    """That what a figure says of its publication is what that publication says."""
    given = told["certificate"]
    number, at = given["disclosure"]["publication"], given["disclosure"].get("published_at")
    row = connection.execute(SQL["as_published"], (told["indicator"], str(number))).fetchone()
    if row is None:
        raise Wrong(f"there is no publication {number} of {told['indicator']}")
    held, published_at = row
    held = {name: said for name, said in held.items() if name != "as_of"}
    said = {name: said for name, said in given.items() if name != "result_digest"}
    said["disclosure"] = {name: own for name, own in said["disclosure"].items() if name != "published_at"}
    expect(_plain(held) == _plain(said), f"its certificate is not that of publication {number}")
    expect(_instant(at) == published_at, f"publication {number} was not made when it says")


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone()
    except (TypeError, ValueError):
        return None


def _plain(value: Any) -> str:
    """A value as text that tells 1 from true and 1.0."""
    return json.dumps(value, sort_keys=True)


def _beside(rows: list[Figure], told: Figure) -> list[tuple[Figure, bool]]:
    """Each row that was counted, and whether it was told as hidden."""
    hidden = [{name: row[name] for name in told["by"]} for row in told["rows"] if row["suppressed"]]
    return [(row, {name: row[name] for name in told["by"]} in hidden) for row in rows]
