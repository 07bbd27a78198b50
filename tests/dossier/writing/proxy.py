"""A proxy before PostgreSQL's socket that loses the connection at the worst moment: around COMMIT."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import parse_qs, quote, urlsplit

Fault = Literal["before", "after", "late"]
"""When the connection is lost: before COMMIT, or after it. `late`: at once, COMMIT arrives when `arrive` is set."""

COMMIT, COMMITTED = b"COMMIT;", b"COMMIT\0"
SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Passes everything on, but for one COMMIT each time `fault` is set."""

    def __init__(self, conninfo: str) -> None:
        self._server = parse_qs(urlsplit(conninfo).query)["host"][0]
        self._directory = tempfile.mkdtemp(prefix="proxy-")
        self._listener = socket.socket(socket.AF_UNIX)
        self.conninfo = conninfo.replace(quote(self._server, safe=""), quote(self._directory, safe=""))
        self.fault: Fault | None = None
        self.struck: list[Fault] = []
        self.arrive = threading.Event()

    def __enter__(self) -> Self:
        self._listener.bind(str(Path(self._directory) / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.arrive.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        shutil.rmtree(self._directory)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(Path(self._server) / SOCKET))
                _Pair(self, client, server).start()


class _Pair:
    """One connection through the proxy: two sockets, a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._swallow = False

    def start(self) -> None:
        threads = [threading.Thread(target=run, daemon=True) for run in (self._up, self._down)]
        for thread in threads:
            thread.start()
        threading.Thread(target=self._tidy, args=(threads,), daemon=True).start()

    def _tidy(self, threads: list[threading.Thread]) -> None:
        for thread in threads:
            thread.join()
        self._client.close()
        self._server.close()

    def _up(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65_536):
                if COMMIT in data and self._proxy.fault:
                    self._strike(data)
                else:
                    self._server.sendall(data)
        _cut(self._server)

    def _down(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65_536):
                if self._swallow and COMMITTED in data:
                    break
                if not self._swallow:
                    self._client.sendall(data)
        _cut(self._client)

    def _strike(self, data: bytes) -> None:
        fault, self._proxy.fault = self._proxy.fault, None
        assert fault
        self._proxy.struck.append(fault)
        if fault == "before":
            _cut(self._client)
            return
        self._swallow = True
        if fault == "late":
            _cut(self._client)
            self._proxy.arrive.wait(10)
        self._server.sendall(data)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
