"""How much aid there is room for, asked of a service of its own that is held up before it has projected."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
from tests.contract.client import Poster, fresh_number, slug
from tests.contract.conftest import connecting, serving
from tests.contract.test_aid_room import founder, grant
from tests.contract.truth import Truth
from tests.posting import HUB

from dossier.database.connections import open_database
from dossier.settings import Settings
from projections.dossiers.undertakings import PATIENCE


def test_what_is_not_projected_is_not_judged_without(tmp_path: Path) -> None:
    """Held up, the projector is waited for; then the question is refused: never answered from before a grant."""
    number = fresh_number()
    address, asked = f"/v1/undertakings/{number}/de-minimis", {"amount": "300000", "on": "2024-07-01"}
    with (
        serving(tmp_path / "data") as running,
        connecting(running, Truth(httpx.get(running.url + "/openapi.json").json())) as connect,
        ThreadPoolExecutor() as pool,
        open_database(Settings(data=running.data)) as database,
        psycopg.connect(database.owner) as holding,
    ):
        hub = Poster(HUB, connect(running.token("agency", HUB.id)))
        auditor = connect(running.token("auditor"))
        dossier = founder(hub, number)
        holding.execute("SELECT FROM projection.generation WHERE status = 'served' FOR UPDATE")
        position = grant(hub, dossier, "a", "2024-05-01", "1000.00")["position"]
        refused = auditor.get(address, params=asked)
        assert (refused.status_code, slug(refused)) == (503, "not-projected-yet")
        assert refused.headers["retry-after"]
        waiting = pool.submit(auditor.get, address, params=asked | {"at_least": position})
        time.sleep(PATIENCE + 0.3)
        assert not waiting.done(), "whoever names a position has more patience"
        holding.rollback()
        assert waiting.result().json()["allowed"] is False
