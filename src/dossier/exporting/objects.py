"""The objects an event is about, for object-centric mining: dossier, agencies, enterprises, application, referral."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dossier.catalogue.fact import PREFIX
from dossier.exporting.stored import Exported

OBJECT_TYPES = {
    "dossier": "dossier",
    "enterprise": "legal_identifier",
    "application": "application_id",
    "referral": "referral_id",
    "agency": "agency",
}
"""Each type of object, and the attribute that holds its own name."""

AGENCIES = {"to_agency": "to", "agency": "mandated", "agencies": "responsible"}
ENTERPRISES = {
    "legal_identifier": "of",
    "from": "from",
    "into": "into",
    "controller": "controller",
    "controlled": "controlled",
}
"""Fields of the data that name agencies and enterprises, and what the object is to the event."""


class Related(NamedTuple):
    """An object of an event, and what it is to it. Ids are unique over all types."""

    type: str
    id: str
    qualifier: str
    name: str

    @property
    def within(self) -> str | None:
        """The dossier whose part the object is; agencies name applications and referrals within a dossier."""
        return self.id.partition(":")[2][:36] if self.type in ("application", "referral") else None


def related(event: Exported) -> list[Related]:
    """The objects of an event, each once; the first thing it is to the event counts."""
    found: dict[str, Related] = {}
    for one in _related(event):
        found.setdefault(one.id, one)
    return list(found.values())


def _related(event: Exported) -> Iterator[Related]:
    dossier = str(event.body["dossier"])
    yield Related("dossier", dossier, "about", dossier)
    yield _agency(event.body["agency"], "by")
    yield from _named(dossier, event.body["type"], event.data)


def _named(dossier: str, kind: str, data: dict[str, Any]) -> Iterator[Related]:
    for field, qualifier in AGENCIES.items():
        for agency in _texts(data.get(field)):
            yield _agency(agency, qualifier)
    second = data.get("second_choice")
    if isinstance(second, dict) and isinstance(second.get("agency"), str):
        yield _agency(second["agency"], "second choice")
    for field, qualifier in ENTERPRISES.items():
        if field != "from" or kind.startswith(f"{PREFIX}enterprise-restructured."):
            for number in _texts(data.get(field)):
                yield Related("enterprise", f"enterprise:{number}", qualifier, number)
    for type_ in ("application", "referral"):
        for name in _texts(data.get(f"{type_}_id")):
            yield Related(type_, f"{type_}:{dossier}/{name}", "of", name)
    replaced = data.get("data")
    if isinstance(replaced, dict):  # a correction is about what the corrected fact is about
        yield from _named(dossier, str(data.get("corrected_type")), replaced)


def _agency(id_: str, qualifier: str) -> Related:
    return Related("agency", f"agency:{id_}", qualifier, id_)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]
