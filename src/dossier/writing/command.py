"""Commands: what an agency asks to be recorded, read and checked but not yet decided; and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from dossier.catalogue import Fact
from dossier.event import Precision
from dossier.journal.draft import Recorded
from dossier.refusals import Refusal
from dossier.vocabulary import Vocabulary


class Command(NamedTuple):
    """One event an agency wants recorded. `subject` is a dossier, or an enterprise number (ten digits).

    `unmapped` are its words without a common term: type, field, word. `unless_repeat` is why it is refused unless it
    was recorded before, when its words were still those of the agency's `vocabulary`. `speaks_for`: whom the agency
    succeeded. `expected_versions`: the dossier must be at one of them.
    """

    agency: str
    source: str
    id: str
    key: bytes
    subject: UUID | str
    time: str
    timeprecision: Precision
    fact: Fact
    correlationid: str | None = None
    causationid: str | None = None
    expected_versions: frozenset[int] | None = None
    vocabulary: Vocabulary | None = None
    unmapped: tuple[tuple[str, str, str], ...] = ()
    unless_repeat: Refusal | None = None
    speaks_for: frozenset[str] = frozenset()


class Accepted(NamedTuple):
    """The log holds the event; `duplicate` when it did before."""

    recorded: Recorded
    duplicate: bool = False


Item = Command | Refusal
Outcome = Accepted | Refusal


class Submission(NamedTuple):
    """Commands that arrived together. Items that were refused while being read keep their place among them."""

    items: Sequence[Item]
    atomic: bool = False
