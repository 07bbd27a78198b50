"""Purposes: a short list; every role that sees a person has a default in it."""

from __future__ import annotations

from typing import get_args

import pytest

from api.identity.principal import Role
from dossier.ledger.purposes import DEFAULTS, PURPOSES, purpose_of
from dossier.refusals import Refused


@pytest.mark.parametrize("role", DEFAULTS)
def test_a_default_is_one_its_role_may_give(role: str) -> None:
    assert purpose_of(role, None) == DEFAULTS[role]
    assert role in PURPOSES[DEFAULTS[role]].roles


@pytest.mark.parametrize("name", PURPOSES)
def test_a_purpose_is_told_in_three_languages(name: str) -> None:
    assert PURPOSES[name].label.keys() == {"fr", "nl", "en"}
    assert all(PURPOSES[name].label.values())


@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_gives_the_purposes_open_to_it_and_no_other(role: str) -> None:
    for name, purpose in PURPOSES.items():
        if role in purpose.roles:
            assert purpose_of(role, name) == name
        else:
            with pytest.raises(Refused):
                purpose_of(role, name)
