"""The access ledger: each reading of personal data, recorded before the data leaves. Append-only, numbered."""

from dossier.ledger.entry import KINDS, MARKING, Entry, Seen
from dossier.ledger.ledger import Asked, Ledger
from dossier.ledger.reader_key import ReaderKey

__all__ = ["KINDS", "MARKING", "Asked", "Entry", "Ledger", "ReaderKey", "Seen"]
