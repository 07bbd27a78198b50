"""Who may do what: every route of the OpenAPI document has its line here, and every role its column."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
import yaml
from tests.contract.client import STRUCTURED, Client, Poster, slug
from tests.contract.files import MAPPING, row, send, table
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.contract.witnessing import WITNESS, cosigned
from tests.turn import eventually

from api.identity.principal import Role
from dossier.writing.registration import new_dossier_id

ROLES: tuple[Role, ...] = get_args(Role)
ANYONE: set[str] | None = None


def permitted() -> dict[tuple[str, str], set[str] | None]:
    """The table, as the cases have it."""
    words: dict[str, set[str] | None] = {"anyone": ANYONE, "everybody": set(ROLES)}
    lines = yaml.safe_load((Path(__file__).parents[1] / "cases" / "roles.yaml").read_text(encoding="utf-8"))
    return {
        tuple(operation.split(" ")): words[roles] if isinstance(roles, str) else set(roles)
        for operation, roles in lines.items()
    }


TABLE = permitted()
"""Operation -> the roles it takes; ANYONE needs no token."""
NOBODYS = "00000000-0000-0000-0000-000000000000"
GETS_FURTHER = {
    ("POST", "/v1/rulesets/{ruleset}/rehearsal"): 409,
    ("POST", "/v1/rulesets/{ruleset}/activation"): 404,
    ("GET", "/v1/rehearsals/{asked}"): 404,
    ("GET", "/v1/dossiers/{dossier}/receipt"): 404,
}
"""What those answer whom they take, here, where no rules are changed: `test_rulesets` has a service of its own; and
nothing is erased: `test_bundles` does."""
NAMES = {"enterprise": "0472909840", "agency": "hub", "service": "coaching", "programme": "roles", "objective_id": "o",
         "ruleset": "2026.1", "asked": NOBODYS}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    "/v1/agencies/hub/services/coaching": {"capacity": "limited"},
    "/v1/programmes/roles/targets/o": {"target": 1, "agencies": ["hub"]},
}
"""What hub.brussels says of itself, and where."""
CASES = [(method, path, role) for method, path in TABLE for role in ROLES]
CLOSED = [operation for operation, roles in TABLE.items() if roles is not ANYONE]


@pytest.fixture(scope="module", autouse=True)
def nothing_left(hub: Poster) -> Iterator[None]:
    """Somebody was read of, and that is sealed; no webhook goes on failing while other modules are tested."""
    hub.http.get(f"/v1/dossiers/{hub.open(person={'given_name': 'Rolande'})}").raise_for_status()
    eventually(lambda: hub.http.get("/v1/readings/log/proof/inclusion?position=1").status_code == 200)
    yield
    for webhook in hub.http.get("/v1/webhooks").json()["webhooks"]:
        hub.http.delete(f"/v1/webhooks/{webhook['id']}")


@pytest.fixture(scope="module")
def opened(hub: Poster, analyst: Client) -> UUID:
    """A dossier that takes part in a programme."""
    dossier = hub.open()
    hub.post("objective-set", {"objective_id": "o", "programme": "roles"}, dossier)
    eventually(lambda: analyst.get("/v1/programmes/roles/objectives").status_code == 200)
    return dossier


@pytest.fixture(scope="module")
def holders(opened: UUID, token: Callable[..., str], connect: Callable[..., Client]) -> dict[str, Client]:
    """A client of each role."""
    held: dict[str, dict[str, Any]] = {"agency": {"agency": "hub"}, "adviser": {"agency": "hub"}}
    held["entrepreneur"] = {"dossier": opened}
    return {role: connect(token(role, **held.get(role, {}))) for role in ROLES}


def ask(http: Client, hub: Poster, dossier: UUID, method: str, path: str) -> httpx.Response:
    """A request that succeeds for whoever may make it."""
    names = {"indicators": "ict-share", "imports": "tam"}
    named = next((name for part, name in names.items() if part in path), "brussels.dossier.aid-paid.v1")
    values = NAMES | {"dossier": str(dossier), "name": named, "run": sent(hub) if "{run}" in path else ""}
    values |= {"level": "0", "tile": "000.p/1"}
    if "{webhook}" in path:
        values |= tried(hub) if "delivery" in path else {"webhook": subscribed(hub)}
    address = path.format(**values)
    if address in OWN:
        hub.http.put(address, json=OWN[address])
        return http.request(method, address, json=OWN[address] if method == "PUT" else None)
    if "vocabularies" in path and method in ("POST", "PUT"):
        return http.request(method, address, json={})
    if method == "PUT":
        mapping = MAPPING.replace("name: contacts", "name: tam")
        return http.put(address, content=mapping, headers={"content-type": "application/yaml"})
    if method == "POST" and path in BODIES:
        return BODIES[path](http, hub, dossier)
    query = {"position": "1", "from": "1"} if "/proof/" in path else {"agency": "hub"} if "known-by" in path else None
    return opened_only(http, address) if address == "/v1/stream" else http.request(method, address, params=query)


def register(http: Client, hub: Poster, dossier: UUID) -> httpx.Response:
    """A person of a name nobody has had."""
    unique = new_dossier_id().hex
    return http.post("/v1/dossiers", json={"person": {"given_name": unique[:16], "family_name": unique[16:]}})


BODIES: dict[str, Callable[[Client, Poster, UUID], httpx.Response]] = {
    "/v1/events": lambda http, hub, dossier: http.post(
        "/v1/events", json=hub.event("contact-made", {"channel": "phone"}, dossier), headers=STRUCTURED
    ),
    "/v1/dossiers": register,
    "/v1/imports": lambda http, hub, dossier: send(http, table([row(new_dossier_id())]), dry_run="true"),
    "/v1/log/witness": lambda http, hub, dossier: http.post("/v1/log/witness", content=cosigned(hub.http)),
    "/v1/webhooks": lambda http, hub, dossier: http.post("/v1/webhooks", json=NOWHERE),
    "/v1/rulesets": lambda http, hub, dossier: http.post(
        "/v1/rulesets", json={"id": new_dossier_id().hex, "based_on": "2026.1", "rules": {}}
    ),
    "/v1/rulesets/{ruleset}/activation": lambda http, hub, dossier: http.post(
        "/v1/rulesets/2026.1/activation", json={"rehearsal": NOBODYS}
    ),
}
"""What is sent to an address, where that is needed."""
NOWHERE: dict[str, Any] = {"url": "https://receiver.example/", "types": ["brussels.dossier.dossier-opened.v1"]}
"""A webhook to a name that never leads anywhere (RFC 2606)."""


def subscribed(hub: Poster, **changed: str) -> str:
    """A webhook of hub.brussels; the one before makes room for it."""
    for webhook in hub.http.get("/v1/webhooks").json()["webhooks"]:
        hub.http.delete(f"/v1/webhooks/{webhook['id']}")
    response = hub.http.post("/v1/webhooks", json=NOWHERE | changed)
    assert response.status_code == 201, response.text
    identity: str = response.json()["id"]
    return identity


def tried(hub: Poster) -> dict[str, str]:
    """A webhook of hub.brussels with a delivery that was tried, and failed."""
    webhook = subscribed(hub, after="0")
    deadline = time.monotonic() + 30
    while not (found := hub.http.get(f"/v1/webhooks/{webhook}/deliveries").json()["deliveries"]):
        assert time.monotonic() < deadline, "it is not tried"
        time.sleep(0.05)
    return {"webhook": webhook, "delivery": found[-1]["id"]}


def opened_only(http: Client, address: str) -> httpx.Response:
    """What a request for something endless is answered with; of its body, only a refusal is read."""
    with http.stream("GET", address) as response:
        if response.status_code != 200:
            response.read()
        return response


@lru_cache(maxsize=1)
def sent(hub: Poster) -> str:
    """An import of hub.brussels."""
    return str(send(hub.http, table([row("sent")]), dry_run="true").json()["id"])


@pytest.fixture(scope="module", autouse=True)
def known_witness(running: Running) -> None:
    running.run("witness", "add", "hub", WITNESS.vkey)


def test_every_operation_has_its_line(truth: Truth) -> None:
    documented = {(m.upper(), path) for path, item in truth.document["paths"].items() for m in item}
    assert documented == set(TABLE)


@pytest.mark.parametrize(("method", "path", "role"), CASES)
def test_a_role_may_do_what_the_table_says(
    hub: Poster, opened: UUID, holders: dict[str, Client], method: str, path: str, role: str
) -> None:
    response = ask(holders[role], hub, opened, method, path)
    allowed = TABLE[method, path]
    if allowed is None or role in allowed:
        expected = GETS_FURTHER.get((method, path))
        assert response.status_code == expected if expected else response.is_success, response.text
    else:
        assert (response.status_code, slug(response)) == (403, "forbidden")
        assert response.json()["detail"], "it says which rule refused"


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_without_a_token_only_what_is_for_anyone_is_open(
    hub: Poster, opened: UUID, anybody: Client, method: str, path: str
) -> None:
    response = ask(anybody, hub, opened, method, path)
    if TABLE[method, path] is ANYONE:
        assert response.status_code == 200
    else:
        assert (response.status_code, slug(response)) == (401, "unauthenticated")
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize("header", ["Bearer", "Bearer x.y.z", "Basic aHVi", "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_is_none_opens_nothing(
    hub: Poster, opened: UUID, connect: Callable[..., Client], method: str, path: str, header: str
) -> None:
    http = connect(None)
    http.headers["authorization"] = header
    assert ask(http, hub, opened, method, path).status_code == 401


def test_a_token_altered_or_of_another_service_opens_nothing(
    hub: Poster, token: Callable[..., str], connect: Callable[..., Client]
) -> None:
    head, body, signature = token("auditor").split(".")
    for altered in (f"{head}.{body}.{signature[:-6]}AAAAAA", f"{head}.{token('analyst').split('.')[1]}.{signature}"):
        assert connect(altered).get("/v1/feed").status_code == 401


def test_an_entrepreneur_opens_their_own_dossier_alone(hub: Poster, holders: dict[str, Client]) -> None:
    other = hub.open()
    for path in (f"/v1/dossiers/{other}", f"/v1/dossiers/{other}/timeline"):
        assert slug(holders["entrepreneur"].get(path)) == "forbidden"


def test_an_agency_that_is_not_registered_posts_nothing(
    hub: Poster, token: Callable[..., str], connect: Callable[..., Client]
) -> None:
    stranger = connect(token("agency", agency="stranger"))
    response = ask(stranger, hub, hub.open(), "POST", "/v1/events")
    assert (response.status_code, slug(response)) == (403, "forbidden")


def test_an_agency_posts_for_itself_alone(hub: Poster, innoviris: Poster) -> None:
    response = innoviris.send(hub.event("contact-made", {"channel": "phone"}, hub.open()))
    assert (response.status_code, slug(response)) == (403, "source-not-yours")


def test_the_operator_posts_an_erasure_and_nothing_else(hub: Poster, operator: Client) -> None:
    dossier = hub.open(person={"given_name": "Zoé", "family_name": "Oubliée"})
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    other = hub.event("contact-made", {"channel": "phone"}, dossier, source="urn:operator")
    assert operator.post("/v1/events", json=other, headers=STRUCTURED).status_code == 403
    assert operator.post("/v1/events", json=event, headers=STRUCTURED).status_code == 201


def test_an_agency_erases_with_a_mandate_only(hub: Poster, innoviris: Poster) -> None:
    dossier = hub.open(person={"given_name": "Zoé", "family_name": "Oubliée"})
    erasure = {"scope": "all", "ground": "request"}
    refused = innoviris.send(innoviris.event("personal-data-erased", erasure, dossier))
    assert (refused.status_code, slug(refused)) == (403, "mandate-required")
    mandate = {"agency": "innoviris", "purpose": "erasure", "legal_ground": "consent"}
    hub.post("mandate-declared", mandate, dossier)
    innoviris.post("personal-data-erased", erasure, dossier)
