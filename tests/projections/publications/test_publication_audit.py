"""The audit of publications: what the public was shown is counted anew, and whatever was touched up is found."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.posting import AGENCIES, opened

from dossier.auditing.deeds import check_registered
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.deeds import deeds
from dossier.log import Log, running_log
from dossier.verification.wrong import Wrong
from projections.counting.indicator import indicator
from projections.disclosure.publication import publications
from projections.figures.facts_reader import FactsReader
from projections.generations.generations import ensure_served, program
from projections.generations.live import step
from projections.publications.press import Press
from projections.publications.publication_audit import audit_publications
from projections.rulesets.ruleset import ruleset

PHASES = indicator("entrepreneurs-by-phase")
TOGETHER = ("agencies-per-dossier", "conversion", "entrepreneurs-by-phase", "ict-share")
"""What is published at once, for it counts the same dossiers."""


def of_phases(statement: str) -> bytes:
    """A statement, on publications of this indicator alone."""
    return statement.replace("WHERE ", f"WHERE indicator = '{PHASES.name}' AND ").encode()


class Published(NamedTuple):
    """A log of which an indicator was published twice, opened by somebody who may do anything to it."""

    superuser: psycopg.Connection[Any]
    app: str

    def audit(self) -> int:
        return audit_publications(self.superuser, self.app, lambda done, of: None)

    def change_cells(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change what the last publication keeps of its cells, as whoever wrote it would write it."""
        row = self.superuser.execute(of_phases("SELECT cells FROM statistics.publication WHERE number = 2")).fetchone()
        assert row is not None
        cells = json.loads(zlib.decompress(row[0]))
        change(cells)
        self.superuser.execute(
            of_phases("UPDATE statistics.publication SET cells = %s WHERE number = 2"),
            (zlib.compress(json.dumps(cells).encode()),),
        )


def counts(log: Log, **phases: int) -> None:
    """So many dossiers more in each phase, projected."""
    for phase, count in phases.items():
        for _ in range(count):
            opened(log, ("phase-declared", {"phase": phase.replace("_", "-")}))
    with psycopg.connect(log.database.app, autocommit=True) as connection:
        while step(connection):
            pass


@pytest.fixture(scope="module")
def published(server: EmbeddedPostgres, shared_database: Database) -> Iterator[Published]:
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        for more in ({"creation": 12, "pre_creation": 9, "post_creation": 1}, {"creation": 15, "pre_creation": 12}):
            counts(log, **more)
            press = Press(log.journal, shared_database.app, FactsReader(log.journal))
            press.current(PHASES)
        assert [one.number for one in press.all(PHASES)] == [1, 2]
        assert press.all(PHASES)[-1].hidden.any(), "something is hidden, and something else with it"
        assert not press.all(PHASES)[-1].hidden.all()
        name = str(conninfo_to_dict(shared_database.owner)["dbname"])
        with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.commit()
            superuser.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Published(superuser, shared_database.app)


@pytest.fixture(autouse=True)
def taken_back(published: Published) -> Iterator[None]:
    """Whatever a test did to the database is undone."""
    yield
    published.superuser.rollback()


def test_what_was_published_passes(published: Published) -> None:
    assert published.audit() == 2 * len(TOGETHER)


def test_each_world_is_kept_with_the_mixture_of_those_before_that_it_goes_with(published: Published) -> None:
    first, second = publications(published.superuser, PHASES.name)
    assert first.shares is None
    assert second.shares is not None
    assert second.shares.shape == (len(second.worlds), len(first.worlds))
    assert second.shares.any()


STATEMENTS = {
    "SET position = position - 1": "the columns are not what the certificate says",
    "SET ruleset = 'other'": "the columns are not what the certificate says",
    "SET certificate = jsonb_set(certificate, '{root}', '\"AAAA\"')": "has another root",
    "SET certificate = jsonb_set(certificate, '{as_of}', '\"2020-01-01\"')": "its certificate is not what",
    "SET certificate = jsonb_set(certificate, '{disclosure,publication}', '9')": "its certificate is not what",
    "SET contributions = (SELECT contributions FROM statistics.publication WHERE number = 1)": "its contributions",
    "SET contributions = substring(contributions FOR 90)": "cannot be read",
    "SET cells = set_byte(cells, 30, get_byte(cells, 30) # 1)": "cannot be read",
    "SET indicator = 'survival'": "number 1 is missing",
    "SET indicator = 'x'": "cannot be read",
}


def of_another_version(published: Published) -> None:
    """The second publication of phases counts otherwise, and says that another version of the program made it."""
    statement = "SET program = 'older', certificate = jsonb_set(certificate, '{as_of}', '\"2020-01-01\"')"
    published.superuser.execute(of_phases(f"UPDATE statistics.publication {statement} WHERE number = 2"))


def test_what_another_version_counted_otherwise_is_told_as_such(published: Published) -> None:
    of_another_version(published)
    with pytest.raises(Wrong, match=r"its certificate is not what .*; another version .*: --other-versions goes on$"):
        published.audit()


def test_an_audit_may_go_on_past_it_and_says_which_those_are(published: Published) -> None:
    of_another_version(published)
    others: list[str] = []
    audited = audit_publications(published.superuser, published.app, lambda done, of: None, other=others.append)
    assert audited == 2 * len(TOGETHER)
    assert others == [f"statistics.publication: {PHASES.name}, number 2: its certificate is not what the log comes to"]


def test_it_goes_on_past_none_of_its_own(published: Published) -> None:
    statement = "SET certificate = jsonb_set(certificate, '{as_of}', '\"2020-01-01\"')"
    published.superuser.execute(of_phases(f"UPDATE statistics.publication {statement} WHERE number = 2"))
    with pytest.raises(Wrong, match=r"its certificate is not what the log comes to$"):
        audit_publications(published.superuser, published.app, lambda done, of: None, other=lambda line: None)


def test_it_goes_on_past_none_of_its_own_beside_one_of_another(published: Published) -> None:
    """Of one position: the first of them says that another version made it."""
    older = "UPDATE statistics.publication SET program = 'older' WHERE indicator = 'agencies-per-dossier'"
    statement = "SET certificate = jsonb_set(certificate, '{as_of}', '\"2020-01-01\"')"
    published.superuser.execute(older)
    published.superuser.execute(of_phases(f"UPDATE statistics.publication {statement} WHERE number = 2"))
    with pytest.raises(Wrong, match=r"entrepreneurs-by-phase, number 2: its certificate is not what .* comes to$"):
        audit_publications(published.superuser, published.app, lambda done, of: None, other=lambda line: None)


def test_what_published_is_on_record_in_a_deed(published: Published) -> None:
    told = {
        row["program"] for deed in deeds(published.superuser, 0, 1_000, "statistics.publication") if (row := deed.row)
    }
    assert told == {program()}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_publication_that_was_changed_is_found(published: Published, statement: str) -> None:
    published.superuser.execute(of_phases(f"UPDATE statistics.publication {statement} WHERE number = 2"))
    with pytest.raises(Wrong, match=f"^statistics[.]publication: .*{STATEMENTS[statement]}"):
        published.audit()


def test_a_publication_that_was_taken_away_is_found(published: Published) -> None:
    published.superuser.execute(of_phases("DELETE FROM statistics.publication WHERE number = 1"))
    with pytest.raises(Wrong, match="number 1 is missing"):
        published.audit()


REMOVED = {
    "DELETE FROM statistics.publication WHERE number = 2": 2,
    "DELETE FROM statistics.publication WHERE true": 1,
    "UPDATE statistics.publication SET published_at = published_at - interval '1 s' WHERE number = 1": 1,
    "UPDATE statistics.publication SET cells = set_byte(cells, 30, get_byte(cells, 30) # 1) WHERE number = 2": 2,
    "UPDATE statistics.publication SET contributions = contributions || '\\x00' WHERE number = 1": 1,
}
"""A statement, and the number of the publication that the audit must name."""


def test_each_publication_leaves_a_deed_with_its_digest_and_without_its_bytes(published: Published) -> None:
    every = deeds(published.superuser, 0, 100, "statistics.publication")
    assert [deed.about for deed in every] == [
        f'statistics.publication ["{one}", {n}]' for n in (1, 2) for one in TOGETHER
    ]
    found = [deed for deed in every if PHASES.name in deed.about]
    assert [deed.about for deed in found] == [f'statistics.publication ["entrepreneurs-by-phase", {n}]' for n in (1, 2)]
    kept = "SELECT contributions, cells FROM statistics.publication WHERE number = 2"
    row = published.superuser.execute(of_phases(kept))
    [(contributions, cells)] = row.fetchall()
    assert found[1].row is not None
    assert found[1].row["digest"] == "\\x" + sha256(sha256(contributions).digest() + sha256(cells).digest()).hexdigest()
    assert len(found[1].stored) < 2_000 < len(contributions) + len(cells)
    check_registered(published.superuser)


@pytest.mark.parametrize("statement", REMOVED)
def test_publications_that_were_removed_are_missed_and_none_is_changed_unnoticed(
    published: Published, statement: str
) -> None:
    """Without counting one anew: also the last one, and where all of an indicator are gone."""
    published.superuser.execute(of_phases(statement))
    with pytest.raises(Wrong) as found:
        check_registered(published.superuser)
    assert str(found.value).startswith(f'statistics.publication ["entrepreneurs-by-phase", {REMOVED[statement]}] is ')


CELLS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a value": (lambda cells: cells["weight"].__setitem__(0, 99.0), "a cell holds another value"),
    "a cell more": (lambda cells: (cells["keys"].append([["phase", "x"]]), cells["weight"].append(1.0)), "are others"),
    "a cell shown": (lambda cells: cells["hidden"].pop(), "shown"),
    "all cells shown": (lambda cells: cells["hidden"].clear(), "shown"),
    "a world's shares taken away": (lambda cells: cells["shares"].pop(), "no mixture of those before"),
    "a share of more than all": (lambda cells: cells["shares"].__setitem__(0, [[0, 2.0]]), "no mixture of those"),
    "a share of no world": (lambda cells: cells["shares"].__setitem__(0, [[999, 1.0]]), "cannot be read"),
}


@pytest.mark.parametrize("what", CELLS)
def test_cells_that_were_touched_up_are_found(published: Published, what: str) -> None:
    change, reason = CELLS[what]
    published.change_cells(change)
    with pytest.raises(Wrong, match=reason):
        published.audit()
