"""`/v1/imports`: files of an organisation, taken in at once, imported in the background, with a report to act on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from typing_extensions import TypedDict

from api.identity.principal import Principal
from api.identity.rights import allow
from api.imports.loading import read_mapping
from api.imports.mapping import Mapping, OneAgency
from api.imports.office import WAITING, Office
from api.imports.problems import MappingRefused
from api.imports.receiving import FORM, MAPPING_BYTES, RAW, mapping_too_large, receive
from api.imports.report import Quarantined, csv_lines
from api.imports.runs import Run, new_run
from api.imports.saying import Lang
from api.imports.shipped import shipped_mappings
from api.imports.status import Status, status_of
from api.protocol.accepting import preferred
from api.protocol.cloudevents import whole_body
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.service import Service, ServiceOf, Who
from api.words.languages import known, language_of
from dossier.refusals import Refused, refused
from dossier.values import AgencyId

router = APIRouter(prefix="/v1/imports", tags=["imports"])
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/plain")
Language = Annotated[Literal["fr", "nl", "en"] | None, Query(description="Of the words; else by Accept-Language.")]
Named = Annotated[str | None, Query(description="A mapping by its name: one of yours (PUT), or one shipped.")]


class Imports(TypedDict):
    """A page of imports, the newest first."""

    imports: list[Status]


class Declared(TypedDict):
    """A stored mapping."""

    name: str
    mapping: str


_FIELDS = {
    "file": {"type": "string", "format": "binary"},
    "mapping": {"type": "string", "description": "its name, or the mapping itself in YAML"},
    "dry_run": {"type": "boolean"},
}
_FORM_SCHEMA = {"type": "object", "required": ["file", "mapping"], "properties": _FIELDS}
POST = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": _FORM_SCHEMA},
            **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in RAW},
        },
    }
}
REPORT = {
    "type": "object",
    "required": ["id", "status", "mapping", "dry_run", "rows", "accepted", "duplicate", "opened", "quarantined"],
    "properties": {
        "quarantined": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line", "faults"],
                "properties": {
                    "line": {"type": "integer"},
                    "faults": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["code", "column", "value", "problem", "remedy"],
                        },
                    },
                },
            },
        }
    },
}


@router.post("", status_code=202, openapi_extra=POST, responses=documented(
    "malformed", "unauthenticated", "forbidden", "not-found", "too-large", "unsupported-media-type",
    "unsupported-encoding", "invalid",
    "overloaded",
))  # fmt: skip
async def post_import(
    request: Request,
    response: Response,
    who: Who,
    srv: ServiceOf,
    mapping: Named = None,
    dry_run: Annotated[bool, Query(description="Report without writing.")] = False,
) -> Status:
    """Send a file: as a form with `file` and `mapping`, or as the body with `?mapping=`.

    202 means that the file is on disk and will be imported, also when the service ends in between. Every line is posted
    by the organisation that sends it. The file is deleted once it is imported.
    """
    allow(who, "agency")
    agency, office = srv.poster(who).id, office_of(request)
    with office.coming(agency) as others:
        if await asyncio.to_thread(office.runs.unfinished_of, agency) + others >= WAITING:
            raise refused("overloaded", f"{WAITING} of your imports are waiting: send more once one of them is done.")
        run = await _taken_in(request, srv, agency, mapping, dry_run=dry_run)
    office.wake()
    response.headers["Location"] = f"/v1/imports/{run}"
    return status_of(await asyncio.to_thread(_own, office, who, run), language_of(request))


async def _taken_in(request: Request, srv: Service, agency: str, mapping: str | None, *, dry_run: bool) -> UUID:
    """The run of a file, once that is on disk and the run on record. Raises Refused, and then neither is kept."""
    office, run = office_of(request), new_run()
    receiving = await asyncio.to_thread(office.uploads.receive, run)
    sent = await receive(request, receiving, srv.limits.import_bytes)
    try:
        rehearsed = dry_run or _truth(sent.dry_run)
        found = await asyncio.to_thread(_declared, office, agency, sent.mapping or mapping)
        name = await asyncio.to_thread(_checked, found, agency)
        await asyncio.to_thread(office.runs.add, agency, name, found, sent.digest, dry_run=rehearsed, id_=run)
    except BaseException:
        receiving.drop()
        raise
    return run


@router.get("", responses=documented("unauthenticated", "forbidden", "invalid"))
def list_imports(
    request: Request, response: Response, who: Who, before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Imports:  # fmt: skip
    """Your organisation's imports, the newest first."""
    allow(who, "agency")
    found = office_of(request).runs.of(who.agency or "", before, limit + 1)
    if len(found) > limit:
        response.headers.update(next_page(request, before=found[limit - 1].id, limit=limit))
    return {"imports": [status_of(run, language_of(request)) for run in found[:limit]]}


@router.get("/{run}", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def get_import(request: Request, who: Who, run: UUID, lang: Language = None) -> Status:
    """How far an import is. Only the organisation that sent it sees it."""
    return status_of(_own(office_of(request), who, run), known(lang or "") or language_of(request))


@router.get("/{run}/report", responses={
    200: {"description": "The rows left out: line, column, what is wrong, what to do",
          "content": {"application/json": {"schema": REPORT}, "text/csv": {"schema": {"type": "string"}}}},
    **documented("unauthenticated", "forbidden", "not-found", "invalid"),
})  # fmt: skip
def get_report(request: Request, who: Who, run: UUID, lang: Language = None) -> Response:
    """The rows that were left out so far, as JSON or, by Accept, as CSV. Cells of personal columns are not shown."""
    office, words = office_of(request), known(lang or "") or language_of(request)
    found = _own(office, who, run)
    rows = office.runs.quarantined(found.id)
    if preferred(request.headers.get("accept"), ("application/json", "text/csv")) == "text/csv":
        named = {"Content-Disposition": f'attachment; filename="import-{found.id}.csv"'}
        return StreamingResponse(csv_lines(rows, words), media_type="text/csv; charset=utf-8", headers=named)
    return StreamingResponse(_json(found, rows, words), media_type="application/json")


@router.put("/mappings/{name}", responses={
    201: {"description": "Stored under a new name", "model": Declared},
    **documented("malformed", "unauthenticated", "forbidden", "too-large", "unsupported-media-type", "invalid"),
}, openapi_extra={"requestBody": {"required": True, "content": {YAML[0]: {"schema": {"type": "string"}}}}})  # fmt: skip
async def put_mapping(request: Request, response: Response, who: Who, srv: ServiceOf, name: AgencyId) -> Declared:
    """Store a mapping (YAML) of your organisation under its name, in place of the one there is."""
    allow(who, "agency")
    agency = srv.poster(who).id
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in YAML:
        raise refused("unsupported-media-type", f"Send {YAML[0]}.")
    declared = await _declaration(request)
    if await asyncio.to_thread(_checked, declared, agency) != name:
        raise refused("invalid", "The mapping has another name.", ("/name", "the name in the address"))
    if await asyncio.to_thread(office_of(request).runs.store_mapping, agency, name, declared):
        response.status_code = 201
    return {"name": name, "mapping": declared}


@router.get("/mappings/{name}", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def get_mapping(request: Request, who: Who, name: AgencyId) -> Declared:
    """A mapping by its name: yours, or one shipped."""
    allow(who, "agency")
    return {"name": name, "mapping": _declared(office_of(request), who.agency or "", name)}


def office_of(request: Request) -> Office:
    """The application's one office of imports."""
    return cast(Office, request.app.state.imports)


def _own(office: Office, who: Principal, run: UUID) -> Run:
    allow(who, "agency")
    found = office.runs.get(run)
    if found is None or found.agency is None or found.agency != who.agency:
        raise refused("not-found", "Your organisation has no such import.")
    return found


def _declared(office: Office, agency: str, mapping: str | None) -> str:
    """The YAML of a mapping that is given by its name, or as it is."""
    if not mapping:
        raise refused("invalid", "Which mapping? Name it, or send it in the form.", ("/mapping", "is needed"))
    if not NAME.fullmatch(mapping):
        return mapping
    stored = office.runs.stored_mapping(agency, mapping)
    if stored is not None:
        return stored
    shipped = shipped_mappings()
    if mapping not in shipped:
        raise refused("not-found", f"No mapping {mapping} is yours; shipped are {', '.join(sorted(shipped))}.")
    return shipped[mapping].read_text(encoding="utf-8")


async def _declaration(request: Request) -> str:
    """The YAML in a body. Raises Refused."""
    try:
        return (await whole_body(request, MAPPING_BYTES)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("malformed", "The mapping is not UTF-8.") from None
    except Refused as error:
        raise mapping_too_large() if error.refusal.slug == "too-large" else error from None


def _checked(declared: str, agency: str) -> str:
    """The name of a mapping that this organisation may use. Raises Refused."""
    try:
        mapping: Mapping = read_mapping(declared, "mapping")
    except MappingRefused as error:
        raise _refused(error) from None
    if isinstance(mapping.agency, OneAgency) and mapping.agency.id != agency:
        raise refused("forbidden", f"The mapping posts for {mapping.agency.id}; your token is of {agency}.")
    return mapping.name


def _refused(error: MappingRefused) -> Refused:
    faults = [("/mapping/" + re.sub(r"[.\[\]]+", "/", path).strip("/"), said) for path, said in error.faults[:20]]
    return refused("invalid", "The mapping cannot be used; `errors` says where.", *faults)


def _truth(text: str | None) -> bool:
    asked = {None: False, "": False, "false": False, "0": False, "true": True, "1": True, "on": True}
    if (text and text.lower()) not in asked:
        raise refused("invalid", "A parameter is not valid; `errors` says which.", ("/dry_run", "true or false"))
    return asked[text and text.lower()]


def _json(run: Run, rows: Iterable[Quarantined], lang: Lang) -> Iterator[bytes]:
    """The report as one JSON document, a row at a time."""
    names = ("id", "status", "mapping", "dry_run", "rows", "accepted", "duplicate", "opened")
    head = orjson.dumps({name: getattr(run, name) for name in names})
    yield head[:-1] + b',"quarantined":['
    for number, row in enumerate(rows):
        yield (b"," if number else b"") + orjson.dumps(row.described(lang))
    yield b"]}"
