"""The baseline of an answer: FastAPI with a pydantic body, served the same way, and nothing behind it."""

from __future__ import annotations

import contextlib
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from api.server import Announcing

app = FastAPI()


class Event(BaseModel):
    """A CloudEvent as a body."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    data: dict[str, Any]


@app.post("/v1/events", status_code=201)
async def post(event: Event) -> dict[str, str]:
    """Take it and do nothing."""
    return {"id": event.id}


@app.get("/v1/dossiers/{dossier}")
def get(dossier: str) -> dict[str, str]:
    """Answer with what was asked."""
    return {"id": dossier}


if __name__ == "__main__":
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, http="httptools")
    with contextlib.suppress(KeyboardInterrupt):
        Announcing(config, lambda url: print(url, flush=True)).run()
