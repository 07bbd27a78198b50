"""The status of an import, as its organisation sees it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, NotRequired, cast
from uuid import UUID

from typing_extensions import TypedDict

from api.imports.runs import Run
from api.imports.saying import Lang, said


class Progress(TypedDict):
    """How far an import is; `per_second` counts rows."""

    rows: int
    accepted: int
    duplicate: int
    quarantined: int
    per_second: int


class Failure(TypedDict):
    """Why a file could not be read at all."""

    code: str
    problem: str
    remedy: str


class Status(TypedDict):
    """An import as its organisation sees it."""

    id: UUID
    status: Literal["waiting", "running", "done", "failed"]
    mapping: str
    dry_run: bool
    progress: Progress
    opened: int
    posted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    report: str
    failure: NotRequired[Failure]


def status_of(run: Run, lang: Lang) -> Status:
    """How an import stands, in words of a language."""
    progress: Progress = {
        "rows": run.rows, "accepted": run.accepted, "duplicate": run.duplicate, "quarantined": run.quarantined,
        "per_second": run.per_second,
    }  # fmt: skip
    status: Status = {
        "id": run.id, "status": cast(Any, run.status), "mapping": run.mapping, "dry_run": run.dry_run,
        "progress": progress, "opened": run.opened, "posted_at": run.posted_at, "started_at": run.started_at,
        "ended_at": run.ended_at, "report": f"/v1/imports/{run.id}/report",
    }  # fmt: skip
    if run.failure:
        code, about = json.loads(run.failure)
        status["failure"] = {"code": code, **said(code, about, lang)._asdict()}  # type: ignore[typeddict-item]  # its words are those of Said
    return status
