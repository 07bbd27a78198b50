"""A request goes to the address that was checked, under the name that was given, and nowhere else."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.webhooks.message import Message
from api.webhooks.sending import Answer, Sender
from api.webhooks.target import Address, Resolve, Targets

MESSAGE = Message({"webhook-id": "msg_1"}, b"{}")
NAME = "receiver.example"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the name of the receiver, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "receiver.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


class Seen:
    """What a server saw."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.names: list[str | None] = []
        self.port = 0


@pytest.fixture
def server(certificate: Path) -> Iterator[Seen]:
    """A receiver behind TLS on 127.0.0.1."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.hosts.append(self.headers["host"])
            self.send_response(302 if self.path == "/moved" else 204)
            self.send_header("Location", f"https://{NAME}:{seen.port}/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass  # a client that distrusts the certificate hangs up

    with Quiet(("127.0.0.1", 0), Handler) as http:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _, name, __: seen.names.append(name)
        http.socket = context.wrap_socket(http.socket, server_side=True)
        seen.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        yield seen
        http.shutdown()
        thread.join()


async def here(host: str, port: int) -> list[Address]:
    return [ipaddress.ip_address("127.0.0.1")]


async def six_first(host: str, port: int) -> list[Address]:
    return [ipaddress.ip_address("::1"), ipaddress.ip_address("127.0.0.1")]


def send(
    url: str,
    trusted: Path | None,
    monkeypatch: pytest.MonkeyPatch,
    *,
    allow_private: bool = True,
    resolve: Resolve = here,
) -> Answer:
    """One attempt by a sender that trusts a certificate."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    async def attempt() -> Answer:
        sender = Sender(Targets(allow_private=allow_private, resolve=resolve))
        async with sender.client() as client:
            return await sender.send(client, url, MESSAGE)

    return asyncio.run(attempt())


def test_the_name_is_kept_where_the_address_is_pinned(
    server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name resolves by the test alone: what arrives went to the address it gave, and TLS checked the name."""
    answer = send(f"https://{NAME}:{server.port}/hook", certificate, monkeypatch)
    assert (answer.status, answer.error) == (204, None)
    assert server.hosts == [f"{NAME}:{server.port}"]
    assert server.names == [NAME]


def test_a_certificate_of_another_name_is_not_trusted(
    server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(f"https://another.example:{server.port}/hook", certificate, monkeypatch)
    assert (answer.status, answer.error) == (None, "its certificate is not valid")
    assert server.hosts == []


def test_a_certificate_nobody_vouches_for_is_not_trusted(server: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = send(f"https://{NAME}:{server.port}/hook", None, monkeypatch)
    assert (answer.status, answer.error) == (None, "its certificate is not valid")


def test_a_redirect_is_not_followed(server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = send(f"https://{NAME}:{server.port}/moved", certificate, monkeypatch)
    assert (answer.status, answer.error) == (302, "a redirect is not followed")
    assert len(server.hosts) == 1


def test_nothing_is_sent_where_the_name_leads_inside(
    server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(f"https://{NAME}:{server.port}/hook", certificate, monkeypatch, allow_private=False)
    assert (answer.status, answer.error) == (None, "it leads to an address that is not public")
    assert server.names == []


def test_proxy_settings_of_the_environment_are_not_believed(
    server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert send(f"https://{NAME}:{server.port}/hook", certificate, monkeypatch).accepted


def test_the_next_address_is_tried_where_the_first_takes_no_connection(
    server: Seen, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(f"https://{NAME}:{server.port}/hook", certificate, monkeypatch, resolve=six_first)
    assert (answer.status, len(server.hosts)) == (204, 1)
