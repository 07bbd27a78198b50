"""Bundles to verify, made once for each module."""

from __future__ import annotations

import pytest
from tests.dossier.verification.making import Made

from dossier.database.connections import Database


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(shared_database, tmp_path_factory.mktemp("keys"))
