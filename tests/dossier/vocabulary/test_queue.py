"""The unmapped queue: no sender of many words keeps those of others out."""

from __future__ import annotations

from tests.posting import HUB

from dossier.database.connections import Database
from dossier.log import running_log
from dossier.vocabulary.unmapped import MOST, UnmappedQueue

NOISY, QUIET = (HUB._replace(id=f"desk-{name}", source_prefix=f"https://{name}.example") for name in ("noisy", "quiet"))


def test_words_of_one_agency_are_counted_however_many_another_sends_at_once(shared_database: Database) -> None:
    with running_log(shared_database) as log:
        log.register(NOISY, QUIET)
        queue = UnmappedQueue(log.journal.reading)
        queue.met(NOISY.id, [("contact-made", "topic", f"word-{number}") for number in range(MOST + 5)], None)
        queue.met(NOISY.id, [("contact-made", "topic", "word-0")], None)
        queue.met(QUIET.id, [("contact-made", "topic", "tombola")], None)
        noisy, quiet = (queue.waiting(desk.id) for desk in (NOISY, QUIET))
    assert [(one.word, one.refused) for one in quiet] == [("tombola", 1)]
    assert len(noisy) == MOST
    assert (noisy[0].word, noisy[0].refused) == ("word-0", 2)
