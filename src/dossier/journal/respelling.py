"""Search words made anew: those of an older version, which folded names otherwise, find fewer persons."""

from __future__ import annotations

import orjson
import psycopg

from dossier.folding import search_words
from dossier.journal.recorder import SQL

PAGE = 5_000


def respell(owner: str) -> int:
    """Fold anew what a search finds persons by, in the vault; how many rows had other words.

    A row that is erased meanwhile is gone, and stays so.
    """
    changed = 0
    with (
        psycopg.connect(owner, application_name="dossier-rebuild") as reading,
        psycopg.connect(owner, autocommit=True, application_name="dossier-rebuild") as writing,
        reading.cursor("spelled") as rows,
    ):
        rows.itersize = PAGE
        for dossier, version, personal, words in rows.execute(SQL["spelled"]):
            if (folded := search_words(orjson.loads(personal))) != words:
                changed += writing.execute(SQL["respell"], (folded, dossier, version)).rowcount
    return changed
