"""Folding forgives how a name is typed, and never makes one of two."""

from __future__ import annotations

import pytest

from dossier.folding import fold, spellings


@pytest.mark.parametrize(("typed", "folded"), [
    ("Élodie Van  den-Berghe", "elodie van den berghe"),
    ("STRAẞE Øst, Łódź & Œuf", "strasse ost lodz oeuf"),
    ("i.peeters+1@example.brussels", "i.peeters+1@example.brussels"),
    ("snake_case", "snake case"),
    ("Άννα ΠΑΠΆ", "αννα παπα"),
    ("Ирина Йовкова", "ирина иовкова"),
    ("王 芳", "王 芳"),
    ("¿?!", ""),
])  # fmt: skip
def test_a_name_is_folded(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_other_letters_are_other_names() -> None:
    assert len({fold(f"Anna {name}") for name in ("Σταύρου", "王芳", "Иванова", "Петрова", "")}) == 5


@pytest.mark.parametrize(("folded", "spelled"), [
    ("jean dhondt", ["jean dhondt", "jean d hondt"]),
    ("van der meulen", ["van der meulen", "vandermeulen"]),
    ("anneke vandenberghe", ["anneke vandenberghe", "anneke van den berghe"]),
    ("de la croix", ["de la croix", "delacroix"]),
    ("zoe peeters", ["zoe peeters"]),
    ("dewit@example.be", ["dewit@example.be"]),
    ("van", ["van"]),
    ("+32477123456", ["+32477123456", "0477123456", "0477 12 34 56", "32477123456"]),
    ("0477 12.34.56", ["0477 12.34.56", "0477123456", "0477 12 34 56", "32477123456"]),
    ("+32 0 2 555 01 02", ["+32 0 2 555 01 02", "025550102", "02 555 01 02", "3225550102"]),
    ("081223344", ["081223344", "081 22 33 44", "3281223344"]),
    ("+33 6 12 34 56 78", ["+33 6 12 34 56 78"]),
])  # fmt: skip
def test_words_are_looked_for_in_their_other_spellings(folded: str, spelled: list[str]) -> None:
    assert spellings(folded) == spelled
