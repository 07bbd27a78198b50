"""What `dossier settings` prints for those who connect to the database themselves."""

from __future__ import annotations

from contextlib import nullcontext

import psycopg
import pytest

from api.command_line.serving import show_settings
from dossier.auditing.fingerprints import check_fingerprints
from dossier.database import connections
from dossier.database.connections import Database
from dossier.verification.wrong import Wrong

WORD = "INSERT INTO registry.unmapped VALUES ('hub', 't', 'f', 'word', 1, 0, now(), now(), '{1}')"


def test_what_is_changed_by_a_connection_that_is_printed_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connections, "open_database", lambda settings: nullcontext(database))
    show_settings()
    printed = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if line.startswith("dossier_"))
    with psycopg.connect(database.app, autocommit=True) as app, psycopg.connect(printed["dossier_owner"]) as hand:
        app.execute(WORD)
        check_fingerprints(app)
        hand.execute("UPDATE registry.unmapped SET agency = 'atrium'")
        hand.commit()
        with pytest.raises(Wrong, match=r"^registry.unmapped: row .* is not as the program left it"):
            check_fingerprints(app)
