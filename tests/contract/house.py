"""A service of an analyst's own: a few dossiers in it, rules that are published, rehearsed and activated."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import httpx
from tests.contract.client import Client, Poster
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.posting import HUB, INNOVIRIS

from api.identity.principal import Role

PATIENCE = 90.0
WIDER = ["261", "262", "263", "264", "2670", "465", "582", "61", "62", "631", "6391", "951", "4740"]
"""The ICT list of NACE-BEL 2025 with one class more: retail of ICT equipment."""


class House:
    """A service with a few dossiers, and clients of each role whose answers are held against OpenAPI."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.opened = ExitStack()
        truth = Truth(httpx.get(running.url + "/openapi.json").json())

        def client(role: Role, agency: str | None = None) -> Client:
            token = running.token(role, agency)
            hooks: dict[str, list[Any]] = {"response": [truth.check]}
            headers = {"authorization": f"Bearer {token}"}
            return self.opened.enter_context(
                Client(base_url=running.url, headers=headers, event_hooks=hooks, timeout=60)
            )

        self.hub = Poster(HUB, client("agency", "hub"))
        self.innoviris = Poster(INNOVIRIS, client("agency", "innoviris"))
        self.analyst, self.auditor = client("analyst"), client("auditor")
        self.shops = [self.trading() for _ in range(4)]
        self.makers = [self.trading("62.01") for _ in range(4)]

    def trading(self, code: str = "47.40") -> UUID:
        """A dossier with an activity."""
        dossier = self.hub.open()
        self.hub.post("project-described", {"nace": {"version": "2025", "code": code}}, dossier)
        return dossier

    def current_rules(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.analyst.get(f"/v1/rulesets/{name}").json()["rules"]
        return found

    def publish(self, name: str, based_on: str, codes: list[str], since: str = "2026-01-01") -> httpx.Response:
        rule = self.current_rules(based_on)["sector.ict.2025"]
        rule["values"] = [dated for dated in rule["values"] if dated["from"] < since]
        rule["values"].append({"from": since, "value": codes, "source": "A decision"})
        body = {"id": name, "based_on": based_on, "rules": {"sector.ict.2025": rule}}
        return self.analyst.post("/v1/rulesets", json=body)

    def rehearse(self, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask for a rehearsal, and wait for its end."""
        asked = self.analyst.post(f"/v1/rulesets/{name}/rehearsal", json=body)
        assert asked.status_code == 202, asked.text
        deadline = time.monotonic() + PATIENCE
        while True:
            found: dict[str, Any] = self.analyst.get(f"/v1/rehearsals/{asked.json()['id']}").json()
            if found["status"] != "running":
                assert found["status"] == "done", found.get("reason")
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.1)

    def activate(self, name: str, rehearsal: str) -> httpx.Response:
        return self.analyst.post(f"/v1/rulesets/{name}/activation", json={"rehearsal": rehearsal, "reason": "why"})

    def statuses(self) -> dict[str, str]:
        return {one["id"]: one["status"] for one in self.analyst.get("/v1/rulesets").json()["rulesets"]}

    def state(self, dossier: UUID, **asked: str) -> httpx.Response:
        return self.analyst.get(f"/v1/dossiers/{dossier}", params=asked)

    def figure(self, **asked: str) -> dict[str, Any]:
        """The ICT share, uncontrolled, once what was written is counted."""
        if "position" not in asked:
            self.caught_up()
        answer = self.analyst.get("/v1/indicators/ict-share", params={"disclosure": "none", **asked})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def caught_up(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.analyst.get("/v1/projections").json()["behind"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
