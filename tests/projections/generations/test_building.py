"""A build that is under way is told of over HTTP and in metrics, with its pace; one that was cut off is not."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from prometheus_client.parser import text_string_to_metric_families
from tests.projections.standing import tell
from tests.projections.telling import Told

from api.app import create_app
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.log import Log
from dossier.settings import Settings
from dossier.writing.registration import new_dossier_id
from projections.generations import generations
from projections.generations.parts import PARTS
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

GAUGES = ("events", "events_of", "events_per_second", "seconds_left")
JOURNEY: list[Told] = [{"dossier-opened": {}}, {"contact-made": {"channel": "phone"}}]
Seen = tuple[dict[str, Any], list[float]]


def seen(app: FastAPI, data: Path) -> Seen:
    """What the application tells an operator in this process: the projections; the gauges of a rebuild."""
    token = TokenKey(data).issue(Principal("operator"))

    async def ask() -> list[httpx.Response]:
        headers = {"authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
            return [await client.get(path) for path in ("/v1/projections", "/metrics")]

    projections, metrics = asyncio.run(ask())
    families = {family.name: family for family in text_string_to_metric_families(metrics.text)}
    return projections.json(), [families[f"dossier_rebuild_{name}"].samples[0].value for name in GAUGES]


def building(owner: str) -> object:
    with psycopg.connect(owner) as connection:
        return generations.building(connection)


def test_a_build_is_told_of_with_its_pace_while_it_lasts(journal_log: Log, tmp_path: Path) -> None:
    for _ in range(30):
        tell(journal_log, new_dossier_id(), JOURNEY)
    app, volume = create_app(Settings(data=tmp_path), journal_log), 30 * len(JOURNEY)
    during: list[Seen] = []
    rebuild(journal_log.database.owner, ruleset(), workers=1, progress=lambda *_: during.append(seen(app, tmp_path)))
    assert len(during) == PARTS + 1
    (first, gauges), (last, at_last) = during[0], during[-1]
    assert first["building"] == {"done": 0, "of": volume, "per_second": 0.0, "seconds_left": None}
    assert gauges[:3] == [0, volume, 0]
    assert math.isnan(gauges[3])
    midway, gauges_midway = during[4]
    told = midway["building"]
    assert 0 < told["done"] < told["of"] == volume
    assert told["per_second"] > 0
    assert told["seconds_left"] == pytest.approx((volume - told["done"]) / told["per_second"], rel=0.1, abs=0.1)
    assert gauges_midway == pytest.approx(
        [told[name] for name in ("done", "of", "per_second", "seconds_left")], abs=0.1
    )
    assert (last["building"]["done"], last["building"]["seconds_left"], at_last[3]) == (volume, 0, 0)
    schema = app.openapi()
    answer = {"$ref": "#/components/schemas/Projections", "components": schema["components"]}
    after, at_rest = seen(app, tmp_path)
    for document in (first, midway, after):
        Draft202012Validator(answer).validate(document)
    assert "building" not in after
    assert at_rest == [0, 0, 0, 0]


def test_a_build_that_was_cut_off_is_not_told_of_until_it_is_resumed(journal_log: Log) -> None:
    tell(journal_log, new_dossier_id(), JOURNEY)
    owner = journal_log.database.owner

    class Killed(BaseException):
        pass

    def killing(done: int, of: int) -> None:
        assert building(owner) is not None
        raise Killed

    with pytest.raises(Killed):
        rebuild(owner, ruleset(), workers=1, progress=killing)
    assert building(owner) is None
    told: list[object] = []
    rebuild(owner, ruleset(), workers=1, progress=lambda done, of: told.append(building(owner)))
    assert told
    assert None not in told
    assert building(owner) is None
