"""The server as `dossier serve` runs it, or without a part of it, to measure that part.

`writing` leaves out the processes beside the server, `sealing` all but that one, `unrecorded` the access ledger.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import uvicorn

from api.app import create_app
from api.beside.sealer import sealing
from api.server import Announcing, allow_many_connections, serve
from dossier.collection import collect_seldom
from dossier.database import cluster
from dossier.log import open_log
from dossier.sealing.sealer import prepare
from dossier.settings import Settings


def main(data: str, mode: str, port: str) -> None:
    """Serve on a free port and print where; `port` is the database's."""
    cluster.SETTINGS["port"] = port
    settings = Settings(data=Path(data), port=0, webhook_allow_private=True)
    allow_many_connections()
    with open_log(settings) as log, contextlib.suppress(KeyboardInterrupt):
        if mode == "unrecorded":
            log.ledger.record = lambda *entries: list(entries)  # type: ignore[method-assign]  # what is measured is to be without it
        if mode in ("live", "unrecorded"):
            serve(settings, log, ready=lambda url: print(url, flush=True))
        else:
            collect_seldom()
            app = create_app(settings, log)
            config = uvicorn.Config(app, port=0, log_config=None, access_log=False, http="httptools")
            conninfo = log.database.app
            if mode == "sealing":
                prepare(conninfo, settings.data, None)
            with (
                sealing(conninfo, settings.data, app.state.service.sealing)
                if mode == "sealing"
                else contextlib.nullcontext()
            ):
                Announcing(config, lambda url: print(url, flush=True)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
