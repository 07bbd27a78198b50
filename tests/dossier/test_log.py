"""The log as it runs: what it knows of organisations is never older than what was read last."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.posting import HUB

from dossier import log as module
from dossier.database.connections import Database
from dossier.log import running_log
from dossier.vocabulary import Vocabulary
from dossier.vocabulary.declaration import Declaration
from dossier.vocabulary.publication import publish, vocabularies

DESK = HUB._replace(id="desk-read-anew", source_prefix="https://desk-read-anew.example")


def test_a_vocabulary_published_while_the_register_is_read_stays_in_force(
    shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caretaker reads every second: what it had read before the publication came after it, and took it back."""
    read, going_on = threading.Event(), threading.Event()

    def slowly(*given: Any) -> dict[str, Vocabulary]:
        found = vocabularies(*given)
        read.set()
        assert going_on.wait(10)
        return found

    with running_log(shared_database) as log:
        log.register(DESK)
        with monkeypatch.context() as patch:
            patch.setattr(module, "vocabularies", slowly)
            caretaker = threading.Thread(target=log.refresh)
            caretaker.start()
            assert read.wait(10)
        with log.journal.reading() as connection:
            published, _ = publish(connection, Declaration(agency=DESK.id, terms={"channel": {"Pigeon": "phone"}}))
        poster = threading.Thread(target=log.refresh)
        poster.start()
        poster.join(0.5)
        going_on.set()
        caretaker.join(10)
        poster.join(10)
        vocabulary = log.agencies[DESK.id].vocabulary
    assert vocabulary is not None
    assert vocabulary.version == published.version
