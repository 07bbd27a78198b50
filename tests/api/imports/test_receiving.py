"""Receiving: what a form brings beside its file is short, and told when it is not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message

from api.imports.receiving import MAPPING_BYTES, receive
from api.imports.uploads import Uploads
from dossier.refusals import Refused

PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


def form(mapping: bytes) -> Request:
    """A form with a small file, and a mapping as a field."""
    file = PART % (b"file", b'; filename="a.csv"', b"a;b")
    body = PART % (b"mapping", b"", mapping) + file + b"--x--\r\n"

    async def arrives() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    return Request({"type": "http", "method": "POST", "headers": headers, "app": FastAPI()}, arrives)


@pytest.mark.parametrize("size", [MAPPING_BYTES + 1, (1 << 20) + 1])
def test_a_field_that_is_too_long_is_told_as_that(tmp_path: Path, size: int) -> None:
    with pytest.raises(Refused) as raised:
        asyncio.run(receive(form(b"m" * size), Uploads(tmp_path).receive(uuid4()), 1 << 24))
    assert (raised.value.refusal.slug, raised.value.refusal.errors[0][0]) == ("too-large", "/mapping")
    assert list(tmp_path.iterdir()) == []


def test_a_field_may_be_as_long_as_a_mapping(tmp_path: Path) -> None:
    sent = asyncio.run(receive(form(b"m" * MAPPING_BYTES), Uploads(tmp_path).receive(uuid4()), 1 << 24))
    assert sent.mapping == "m" * MAPPING_BYTES
