"""How many files may wait: those that are being sent count, of a service of its own that is full for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tests.contract.client import slug
from tests.contract.conftest import connecting, serving
from tests.contract.files import row, send, table
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.posting import HUB, INNOVIRIS
from tests.turn import eventually

from api.imports.office import WAITING


@contextmanager
def sending(hub: httpx.Client, running: Running, count: int) -> Iterator[None]:
    """Files of which the beginning came, and the rest is still to come."""
    head = (
        "POST /v1/imports?mapping=contacts HTTP/1.1\r\nhost: here\r\n"
        f"authorization: {hub.headers['authorization']}\r\ncontent-type: text/csv\r\ncontent-length: 99999\r\n\r\n"
    )
    where = urlsplit(running.url)
    with ExitStack() as open_:
        for _ in range(count):
            connection = open_.enter_context(socket.create_connection((where.hostname, where.port)))
            connection.sendall(head.encode() + b"a" * 1_000)
        eventually(lambda: len(list((running.data / "imports").glob("*.part"))) == count)
        yield


def test_files_that_are_being_sent_count_among_those_that_wait(tmp_path: Path) -> None:
    """Each is on the service's disk: one organisation alone would fill it."""
    with (
        serving(tmp_path / "data") as running,
        connecting(running, Truth(httpx.get(running.url + "/openapi.json").json())) as connect,
    ):
        hub, innoviris = (connect(running.token("agency", agency.id)) for agency in (HUB, INNOVIRIS))
        with sending(hub, running, WAITING):
            response = send(hub, table([row(1)]))
            assert (response.status_code, slug(response)) == (503, "overloaded")
            assert send(innoviris, table([row(1)])).status_code == 202
        eventually(lambda: send(hub, table([row(1)])).status_code == 202)
