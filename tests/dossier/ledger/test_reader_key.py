"""Pseudonyms: equal for one reader, different for two, and nobody's without the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.ledger import ReaderKey


def test_a_reader_keeps_one_pseudonym_over_restarts(tmp_path: Path) -> None:
    assert ReaderKey(tmp_path).pseudonym("hub", "amelie") == ReaderKey(tmp_path).pseudonym("hub", "amelie")


def test_another_key_gives_another_pseudonym(tmp_path: Path) -> None:
    one, other = (ReaderKey(tmp_path / name).pseudonym("hub", "amelie") for name in ("one", "other"))
    assert one != other


def test_a_key_that_is_looked_for_is_not_made(tmp_path: Path) -> None:
    """In a directory that is mistyped a suspect would have a pseudonym that no reading has, and be cleared by it."""
    with pytest.raises(FileNotFoundError):
        ReaderKey(tmp_path, new=False)
    assert [*tmp_path.iterdir()] == []
    made = ReaderKey(tmp_path)
    assert ReaderKey(tmp_path, new=False).pseudonym("hub", "amelie") == made.pseudonym("hub", "amelie")


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    assert ReaderKey(tmp_path).path.stat().st_mode & 0o777 == 0o600


def test_two_readers_never_share_one(tmp_path: Path) -> None:
    key = ReaderKey(tmp_path)
    ids = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)

    @given(st.tuples(ids, ids), st.tuples(ids, ids))
    def differs(one: tuple[str, str], other: tuple[str, str]) -> None:
        assert (key.pseudonym(*one) == key.pseudonym(*other)) == (one == other)

    differs()
