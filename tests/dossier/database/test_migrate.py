"""Migrations are applied once, in order, and are not changed after."""

from pathlib import Path

import psycopg
import pytest

from dossier.database.connections import Database
from dossier.database.errors import MigrationRefused
from dossier.database.migrate import migrate


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "9001_first.sql").write_text("CREATE TABLE public.letter (letter text);")
    (tmp_path / "9002_second.sql").write_text("INSERT INTO public.letter VALUES ('a'), ('b');")
    return tmp_path


@pytest.fixture
def empty(database: Database) -> str:
    """A database that has had no migration."""
    with psycopg.connect(database.owner) as connection:
        connection.execute("DROP TABLE public.migration")
    return database.owner


def letters(owner: str) -> list[str]:
    with psycopg.connect(owner) as connection:
        return [letter for (letter,) in connection.execute("SELECT letter FROM public.letter ORDER BY letter")]


def test_migrations_are_applied_in_order(empty: str, directory: Path) -> None:
    assert migrate(empty, directory) == ["9001_first.sql", "9002_second.sql"]
    assert letters(empty) == ["a", "b"]


def test_a_migration_is_applied_once(empty: str, directory: Path) -> None:
    migrate(empty, directory)
    assert migrate(empty, directory) == []
    assert letters(empty) == ["a", "b"]


def test_only_what_is_new_is_applied(empty: str, directory: Path) -> None:
    migrate(empty, directory)
    (directory / "9003_third.sql").write_text("INSERT INTO public.letter VALUES ('c');")
    assert migrate(empty, directory) == ["9003_third.sql"]
    assert letters(empty) == ["a", "b", "c"]


def test_a_changed_migration_is_refused(empty: str, directory: Path) -> None:
    migrate(empty, directory)
    (directory / "9002_second.sql").write_text("INSERT INTO public.letter VALUES ('z');")
    with pytest.raises(MigrationRefused, match=r"9002_second\.sql was changed after it was applied"):
        migrate(empty, directory)


def test_a_missing_migration_is_refused(empty: str, directory: Path) -> None:
    migrate(empty, directory)
    (directory / "9002_second.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"the database has had 9002_second\.sql, unknown here"):
        migrate(empty, directory)


def test_a_failing_migration_leaves_nothing_behind(empty: str, directory: Path) -> None:
    (directory / "9003_third.sql").write_text("INSERT INTO public.letter VALUES ('c'); SELECT 1 / 0;")
    with pytest.raises(MigrationRefused, match=r"9003_third\.sql failed and left nothing behind: division by zero"):
        migrate(empty, directory)
    assert letters(empty) == ["a", "b"]


def test_the_migrations_of_this_version_have_all_been_applied(database: Database) -> None:
    assert migrate(database.owner) == []
