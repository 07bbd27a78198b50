"""What any follower is shown of an event: the CloudEvent without its person."""

from __future__ import annotations

from typing import Any

import orjson

from dossier.journal import Entry


def shown(entry: Entry) -> dict[str, Any]:
    """An event as any follower sees it: the CloudEvent as stored, with its position. Its person never stood there."""
    stored = orjson.loads(entry.stored)
    stored.pop("personal", None)
    dossier = stored.pop("dossier")
    return {
        "specversion": "1.0",
        "position": str(entry.position),
        "subject": dossier,
        "dossier": dossier,
        "digest": entry.digest,
        "datacontenttype": "application/json",
        **stored,
    }
