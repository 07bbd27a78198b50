"""The journey log: append-only, in commit order. The only package that imports `eventsourcing`."""

from dossier.journal.draft import Draft, Recorded
from dossier.journal.entry import Entry
from dossier.journal.journal import Journal
from dossier.journal.recorder import BehindTheLog, Conflict, LogUnreachable

__all__ = ["BehindTheLog", "Conflict", "Draft", "Entry", "Journal", "LogUnreachable", "Recorded"]
