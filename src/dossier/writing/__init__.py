"""Writing: from what an agency sends to what the log holds."""

from dossier.writing.command import Accepted, Command, Outcome, Submission
from dossier.writing.writer import Writer

__all__ = ["Accepted", "Command", "Outcome", "Submission", "Writer"]
