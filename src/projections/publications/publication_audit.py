"""Publications against the log: each counted anew as of its position, and its protection checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql

from dossier.canonical import canonical
from dossier.sealing.reading import head
from dossier.verification.wrong import Wrong, expect
from projections.counting.indicator import indicator
from projections.counting.tables import day_of
from projections.disclosure.candidate import Member, against
from projections.disclosure.layers import family
from projections.disclosure.layout import contributions
from projections.disclosure.parameters import parameters
from projections.disclosure.publication import SQL, Publication
from projections.figures import exchange
from projections.figures.facts_reader import FACTS, root_of, table_of, with_rules
from projections.figures.figures import certificate
from projections.generations.auditing import REPLAYED, Progress, replay
from projections.generations.generations import program
from projections.generations.store import Generation
from projections.publications.listing import Listed, by_version, read
from projections.rulesets.rulebook import under
from projections.rulesets.ruleset import Ruleset, RulesetChanged, RulesetUnknown

Connection = psycopg.Connection[Any]
TOLERANCE = 1e-6


Counted = tuple[tuple[Generation, Ruleset], dict[str, pa.Table]]
"""The log up to a position, under a ruleset, and the facts there."""
Published = tuple[Listed, Publication, Member]
"""A publication, with what it was made of."""


def audit_publications(
    connection: Connection, conninfo: str, progress: Progress, *, other: Callable[[str], None] | None = None
) -> int:
    """Count every publication anew, in the caller's snapshot, and check what hides it. How many. Raises Wrong.

    `other` is told what another version of the program published that this one comes to otherwise; without it that is
    Wrong too, though it may be the versions that differ.
    """
    listed = [Listed(*row) for row in connection.execute(SQL["listed"])]
    known = {name: read(connection, name, list(own)) for name, own in groupby(listed, lambda one: one.indicator)}
    done = 0
    listed.sort(key=lambda one: (one.position, one.ruleset, one.ruleset_digest))
    for (position, name, digest), at in groupby(listed, lambda one: one[2:5]):
        own = list(at)
        facts = None
        ours = next((one for one in own if one.program == program()), own[0])
        with by_version(ours, other):
            facts = _facts(connection, conninfo, Generation(0, name, digest, position, ""), ours.what)
        if facts is not None:
            _check_together(connection, own, known, facts, other)
        done += len(own)
        progress(done, len(listed))
    return done


def _check_together(
    connection: Connection,
    own: Sequence[Listed],
    known: Mapping[str, Sequence[Publication]],
    at: Counted,
    other: Callable[[str], None] | None,
) -> None:
    """Check the publications of one position."""
    for one in own:
        with by_version(one, other):
            _check(connection, one, known[one.indicator], at)
    for together in _families([_published(one, known[one.indicator]) for one in own]):
        with by_version(together[0][0], other):
            _check_cells(together, at[0][1])


def _facts(connection: Connection, conninfo: str, at: Generation, what: str) -> Counted:
    """The facts at a position under a ruleset, from the log alone."""
    try:
        rules = under(connection, at.ruleset, at.digest)
    except RulesetChanged:
        older = "published by a version with other rules, which alone can count it again: --no-publications"
        raise Wrong(f"{what}: the ruleset's digest is another: {older}") from None
    except RulesetUnknown:
        raise Wrong(f"{what}: the log knows no ruleset {at.ruleset}") from None
    expect(0 <= at.position <= head(connection), f"{what}: the log does not reach position {at.position}")
    rooted = at._replace(root=root_of(connection, at.position))
    replay(connection, conninfo, rooted, rules, lambda done, of: None)
    facts = {table: table_of(connection, sql.Identifier("pg_temp", REPLAYED + table), 0) for table in FACTS}
    return (rooted, rules), with_rules(facts, rules)


def _check(connection: Connection, one: Listed, known: Sequence[Publication], at: Counted) -> None:
    (generation, rules), facts = at
    held, own = known[one.number - 1], indicator(one.indicator)
    expect(held.certificate.get("root") == generation.root, f"{one.what}: the tree at its position has another root")
    if own.ledger and one.program is not None:
        facts = facts | {"fact_exchange": _exchange(connection, generation.position, held, one.what)}
    if own.ledger and one.program is None:  # by a version whose erasures kept nothing to count it by
        told = {name: said for name, said in held.certificate.items() if name != "disclosure"}
    else:
        day = day_of(facts)
        given = contributions(own, facts)
        told = certificate(own, generation, facts) | {"as_of": day.isoformat() if day else None}
        expect(_alike(given, held.contributions), f"{one.what}: its contributions are not what the log comes to")
    number = one.number
    disclosure = parameters(rules, told["as_of"]).told() | {"publication": number}
    same = canonical(told | {"disclosure": disclosure}) == canonical(held.certificate)
    expect(same, f"{one.what}: its certificate is not what the log comes to")


def _exchange(connection: Connection, position: int, held: Publication, what: str) -> pa.Table:
    try:
        return exchange.certified(connection, position, held.certificate)
    except Wrong as wrong:
        raise Wrong(f"{what}: {wrong}") from None


def _published(one: Listed, known: Sequence[Publication]) -> Published:
    held = known[one.number - 1]
    return one, held, Member(indicator(one.indicator), held.certificate, held.contributions, known[: one.number - 1])


def _families(published: Sequence[Published]) -> list[list[Published]]:
    """Publications of one position by what was published together."""
    found: dict[Any, list[Published]] = {}
    for one in published:
        found.setdefault((family(one[2].indicator)[0].name, one[1].published_at), []).append(one)
    return list(found.values())


def _check_cells(published: Sequence[Published], rules: Ruleset) -> None:
    """That the cells follow from the contributions, that what must be hidden is, and that worlds hide it.

    Which others are hidden beside is the choice of the press: many choices protect as well.
    """
    rule = parameters(rules, published[0][1].certificate["as_of"])
    whole = against([member for _, _, member in published], rule)
    for one, held, member in published:
        keys, place = whole.cells(member)
        order = [held.index[key] for key in keys if key in held.index]
        expect(len(order) == len(keys) == len(held.keys), f"{one.what}: its cells are others")
        weight, hidden, worlds = held.weight[order], held.hidden[order], held.worlds[:, order]
        alike = np.allclose(weight, whole.joint.cube.weight[place], atol=TOLERANCE)
        expect(alike, f"{one.what}: a cell holds another value")
        expect(_mixed(held, member.known), f"{one.what}: its worlds go with no mixture of those before")
        if hidden.all():
            continue
        expect(not (whole.must[place] & ~hidden).any(), f"{one.what}: a cell is shown that must be hidden")
        expect(not (np.abs(worlds[:, ~hidden]) > TOLERANCE).any(), f"{one.what}: a hidden cell is shown")


def _mixed(held: Publication, known: Sequence[Publication]) -> bool:
    """Whether each world goes with shares of the last publication's worlds, where that was kept."""
    if held.shares is None:
        return True
    olds = len(known[-1].worlds) if known else 0
    whole = held.shares.sum(axis=1)
    fits = held.shares.shape == (len(held.worlds), olds)
    return fits and bool((held.shares > -TOLERANCE).all() and (whole < 1 + TOLERANCE).all())


def _alike(made: pa.Table, held: pa.Table) -> bool:
    """Whether two tables have the same rows, in whatever order."""
    order = [(name, "ascending") for name in made.column_names]
    return bool(made.schema.equals(held.schema) and made.sort_by(order).equals(held.sort_by(order)))
