"""A figure counted again from the log alone: whatever it says otherwise than that comes to is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.posting import AGENCIES, opened

from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.log import Log, running_log
from dossier.verification.wrong import Wrong
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FACTS, FactsReader, root_of, table_of, with_rules
from projections.figures.figure_audit import audit_figure
from projections.figures.figures import Asked, digest_of, figure
from projections.figures.succession import under_successors
from projections.generations import store
from projections.generations.auditing import replay
from projections.generations.generations import ensure_served
from projections.generations.live import step
from projections.publications.press import Press
from projections.rulesets.ruleset import ruleset

PHASES = indicator("entrepreneurs-by-phase")
Figure = dict[str, Any]


class Counted(NamedTuple):
    """A projected log and a figure of it, by who may do anything to the database."""

    superuser: psycopg.Connection[Any]
    app: str
    public: Figure

    def audit(self, told: Figure, *, beside: bool = True) -> Figure:
        return audit_figure(self.superuser, self.app, told, lambda done, of: None, readings_kept=beside)

    def facts(self, back: int = 10) -> tuple[store.Generation, dict[str, Any]]:
        """The facts as they were so many events before the log's end."""
        generation = store.served(self.superuser)
        assert generation is not None
        made = generation._replace(id=0, position=generation.position - back)
        made = made._replace(root=root_of(self.superuser, made.position))
        replay(self.superuser, self.app, made, ruleset(), lambda done, of: None)
        facts = {table: table_of(self.superuser, sql.Identifier("pg_temp", f"audit_{table}"), 0) for table in FACTS}
        self.superuser.rollback()
        return made, with_rules(facts, ruleset())

    def told(self, name: str = PHASES.name, **asked: Any) -> Figure:
        """A figure as an analyst gets it."""
        return as_sent(figure(indicator(name), Asked(**asked), *self.facts()))


def as_sent(found: Figure) -> Figure:
    """A figure as whoever keeps its JSON has it."""
    sent: Figure = json.loads(json.dumps(found))
    return sent


@pytest.fixture(scope="module")
def counted(server: EmbeddedPostgres, shared_database: Database) -> Iterator[Counted]:
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        fill(log)
        press = Press(log.journal, shared_database.app, FactsReader(log.journal))
        public = as_sent(press.figure(PHASES, Asked(), patience=60))
        name = str(conninfo_to_dict(shared_database.owner)["dbname"])
        with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
            superuser.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Counted(superuser, shared_database.app, public)


def fill(log: Log) -> None:
    """Dossiers in three phases, one of which holds too few to be shown."""
    for phase, count in {"post-creation": 1, "creation": 12, "pre-creation": 9}.items():
        for _ in range(count):
            opened(log, ("phase-declared", {"phase": phase}))
    with psycopg.connect(log.database.app, autocommit=True) as connection:
        while step(connection):
            pass


@pytest.fixture(autouse=True)
def taken_back(counted: Counted) -> Iterator[None]:
    yield
    counted.superuser.rollback()


def test_a_figure_is_recounted_from_the_log_alone_however_it_went_on(counted: Counted) -> None:
    told = counted.told()
    counted.superuser.execute("DELETE FROM projection.fact_dossier")
    assert told["rows"]
    assert as_sent(counted.audit(told)) == told


def test_a_figure_that_hides_nothing_is_recounted(counted: Counted) -> None:
    told = counted.told(controlled=False)
    assert as_sent(counted.audit(told)) == told


@pytest.mark.parametrize("name", ["data-quality", "survival", "employment-effect", "time-to-first-aid"])
def test_figures_of_other_kinds_are_recounted(counted: Counted, name: str) -> None:
    told = counted.told(name)
    assert as_sent(counted.audit(told)) == told


@pytest.mark.parametrize("beside", [True, False])
def test_what_the_public_is_shown_is_recounted(counted: Counted, beside: bool) -> None:
    assert counted.public["certificate"]["disclosure"]["publication"] == 1
    assert as_sent(counted.audit(counted.public, beside=beside)) == counted.public


def test_a_figure_by_successor_is_recounted_under_the_successors_it_names(counted: Counted) -> None:
    line, (generation, facts) = {"innoviris": "hub"}, counted.facts()
    told = as_sent(figure(indicator("agencies-per-dossier"), Asked(), generation, under_successors(facts, line)))
    told["certificate"]["successors"] = line
    assert as_sent(counted.audit(told)) == told


TOUCHED: dict[str, tuple[Callable[[Figure], Any], str]] = {
    "a root": (lambda told: told["certificate"].update(root="x"), "has another root"),
    "a position": (lambda told: told["certificate"].update(position="1"), "has another root"),
    "a position beyond": (lambda told: told["certificate"].update(position="9999"), "does not reach"),
    "a position's spelling": (
        lambda told: told["certificate"].update(position="0" + told["certificate"]["position"]), "its position is not"
    ),
    "a ruleset": (lambda told: told["certificate"].update(ruleset_digest="sha256:00"), "these are other rules"),
    "a digest": (lambda told: told["certificate"].update(result_digest="sha256:00"), "its result_digest is not"),
    "a value": (lambda told: told["rows"][0].update(value=1_000), "is not what the log comes to"),
    "a day": (lambda told: told.update(as_of="2020-01-01"), "its as_of is not"),
    "a unit": (lambda told: told.update(unit="euro"), "its unit is not"),
    "a title": (lambda told: told.update(title="x"), "its title is not"),
    "a method": (lambda told: told.update(method="x"), "its method is not"),
    "caveats": (lambda told: told.update(caveats=[]), "its caveats is not"),
    "quality": (lambda told: told["quality"].update(missing=0.5), "its quality is not"),
    "a level": (lambda told: told.update(evidence_level=told["evidence_level"] + 1), "its evidence_level is not"),
    "a level as text": (lambda told: told.update(evidence_level=True), "its evidence_level is not"),
    "a threshold": (lambda told: told["certificate"]["disclosure"].update(n=9), "its disclosure is not"),
    "nothing hidden": (
        lambda told: told["certificate"].update(disclosure={"method": "none"}), "its disclosure is not"
    ),
    "a word of praise": (lambda told: told.update(audited_by="a court"), "it says audited_by, which"),
    "a word in the certificate": (lambda told: told["certificate"].update(seal="x"), "it says seal, which"),
    "less than all": (lambda told: told.pop("caveats"), "it does not say its caveats"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOUCHED)
def test_a_figure_that_was_touched_up_is_found(counted: Counted, what: str) -> None:
    change, reason = TOUCHED[what]
    told = counted.told()
    assert any(row["suppressed"] for row in told["rows"])
    change(told)
    with pytest.raises(Wrong, match=reason):
        counted.audit(told)


def test_a_figure_of_some_years_recounted_over_all_says_how_to_give_them(counted: Counted) -> None:
    told = counted.told("conversion", from_year=2100, controlled=False)
    with pytest.raises(Wrong, match="over all years: if some were asked for, give --from and --to"):
        counted.audit(told)
    assert as_sent(counted.audit(told | {"from": 2100})) == told


def test_a_row_told_as_hidden_where_nothing_is_hidden_is_found(counted: Counted) -> None:
    told = counted.told(controlled=False)
    told["rows"][0] |= {"value": None, "n": None, "suppressed": True}
    told["certificate"]["result_digest"] = digest_of(told["rows"])
    with pytest.raises(Wrong, match="its disclosure is not"):
        counted.audit(told)


PUBLISHED: dict[str, tuple[Callable[[Figure], Any], str]] = {
    "another number": (lambda disclosure: disclosure.update(publication=2), "there is no publication 2"),
    "a number that is none": (lambda disclosure: disclosure.update(publication="x"), "there is no publication x"),
    "another time": (
        lambda disclosure: disclosure.update(published_at="2020-01-01T00:00:00+00:00"), "not made when it says"
    ),
    "no time": (lambda disclosure: disclosure.pop("published_at"), "not made when it says"),
}  # fmt: skip


@pytest.mark.parametrize("what", PUBLISHED)
def test_what_is_said_of_a_publication_is_held_against_it(counted: Counted, what: str) -> None:
    change, reason = PUBLISHED[what]
    told = as_sent(counted.public)
    change(told["certificate"]["disclosure"])
    with pytest.raises(Wrong, match=reason):
        counted.audit(told)


def test_an_older_publication_whose_lateness_was_not_judged_yet_passes(counted: Counted) -> None:
    told = as_sent(counted.public)
    told["quality"]["late"] = None
    assert as_sent(counted.audit(told)) == told


def test_a_figure_of_readings_is_not_counted_where_there_are_none(counted: Counted) -> None:
    told = counted.told()
    told["indicator"] = "re-explaining"
    with pytest.raises(Wrong, match="counts readings too"):
        counted.audit(told, beside=False)
