"""The connection: one typed method for each thing a program asks of the service, and two ways it can fail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NotRequired, Self, TypedDict, cast

import httpx

SECONDS = 60.0
Event = dict[str, Any]
"""A CloudEvent in JSON form."""


class Receipt(TypedDict):
    """What the service says of an event that is on its disk."""

    dossier: str
    position: str
    version: int
    recordedtime: str
    digest: str
    duplicate: bool


class Result(TypedDict):
    """What became of one event of several; `status` is that of HTTP."""

    index: int
    status: int
    position: NotRequired[str]
    problem: NotRequired[dict[str, Any]]


class Problem(Exception):
    """The service refuses: the same request again will not help. `document` is the problem (RFC 9457)."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        self.status, self.document = status, document
        super().__init__(f"{status} {self.slug}: {document.get('detail', '')}")

    @property
    def slug(self) -> str:
        """The last part of the problem's type."""
        return str(self.document.get("type", "")).rpartition("/")[2]


class Later(Exception):
    """The service was not reached, or asks to come back: whether it took the request is not known.

    `seconds` is how long it asks to wait.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Client:
    """A connection with a token. Nothing is tried again here: `Outbox` does that, for what may be sent twice."""

    def __init__(self, url: str, token: str, *, http: httpx.Client | None = None) -> None:
        """`http` is for those who need a proxy or certificates of their own. Raises ValueError for no address."""
        _check(url)
        self._http = http or httpx.Client(timeout=SECONDS)
        self._url, self._headers = url.rstrip("/"), {"authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def post(self, event: Event, *, expected_version: int | None = None) -> Receipt:
        """Record one event. Raises Problem and Later."""
        headers = {"if-match": f'"{expected_version}"'} if expected_version is not None else {}
        headers["content-type"] = "application/cloudevents+json"
        answer = self._asked("POST", "/v1/events", content=_body(event), headers=headers)
        return cast(Receipt, self._said(answer))

    def post_all(self, events: Sequence[Event], *, atomic: bool = False) -> list[Result]:
        """Record events, each for itself unless `atomic`; one result each, in order. Raises Problem and Later."""
        headers, params = {"content-type": "application/cloudevents-batch+json"}, {"atomic": str(atomic).lower()}
        answer = self._asked("POST", "/v1/events", content=_body(list(events)), headers=headers, params=params)
        results = _json(answer)
        if not isinstance(results, list) or len(results) != len(events) or not all(map(_is_result, results)):
            raise self._other()
        return cast(list[Result], results)

    def register(self, registration: dict[str, Any], key: str) -> dict[str, Any]:
        """Open a dossier, or find it; the same `key` again finds the same. Raises Problem and Later."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        return self._said(self._asked("POST", "/v1/dossiers", content=_body(registration), headers=headers))

    def dossier(self, dossier: str) -> dict[str, Any]:
        """The dossier as it stands. Raises Problem and Later."""
        return self._said(self._asked("GET", f"/v1/dossiers/{dossier}"))

    def feed(self, after: str = "0", **asked: str) -> Iterator[Event]:
        """The events after a position up to now, page after page. Raises Problem and Later."""
        path, params = "/v1/feed", {"after": after, **asked}
        while path:
            answer = self._asked("GET", path, params=params or None)
            yield from self._said(answer).get("entries", [])
            path, params = answer.links.get("next", {}).get("url", ""), {}

    def send_file(self, file: Path, mapping: str, *, dry_run: bool = False) -> dict[str, Any]:
        """Send a file to be imported by a mapping: its name, or its text. Raises Problem and Later."""
        with file.open("rb") as content:
            form = {"mapping": mapping, "dry_run": str(dry_run).lower()}
            answer = self._asked("POST", "/v1/imports", data=form, files={"file": (file.name, content)})
        return self._said(answer)

    def import_status(self, run: str) -> dict[str, Any]:
        """How far an import is. Raises Problem and Later."""
        return self._said(self._asked("GET", f"/v1/imports/{run}"))

    def import_report(self, run: str, lang: str, form: Literal["application/json", "text/csv"]) -> bytes:
        """The rows an import left out. Raises Problem and Later."""
        return self._asked("GET", f"/v1/imports/{run}/report", params={"lang": lang}, headers={"accept": form}).content

    def _asked(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, self._url + path, headers=self._headers | (headers or {}), **more)
        except httpx.RequestError as error:  # not reached, or an answer that cannot be unpacked
            raise Later(f"{self._url}: {type(error).__name__}") from None
        if answer.is_success:
            return answer
        if answer.status_code >= 500 or answer.status_code in (408, 425, 429):
            raise Later(f"{self._url}: {answer.status_code}", _seconds(answer.headers.get("retry-after", "")))
        raise Problem(answer.status_code, _document(answer))

    def _said(self, answer: httpx.Response) -> dict[str, Any]:
        """What the service said. Raises Later where it was not the service that answered."""
        found = _json(answer)
        if not isinstance(found, dict):
            raise self._other()
        return found

    def _other(self) -> Later:
        return Later(f"{self._url}: something in between answered, not the service")


def _check(url: str) -> None:
    """Raises ValueError for what no request could be sent to: waiting would not help."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url} is no address of a service: write it like https://dossier.example")


def _is_result(found: Any) -> bool:
    return isinstance(found, dict) and isinstance(found.get("status"), int)


def _body(value: Any) -> bytes:
    """JSON in ASCII: what is no text (half of a pair of surrogates) is sent too, for the service to refuse."""
    return json.dumps(value, allow_nan=False).encode()


def _seconds(said: str) -> float | None:
    return float(said) if said.isascii() and said.isdigit() else None


def _json(answer: httpx.Response) -> Any:
    """What an answer holds; None where it is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return None


def _document(answer: httpx.Response) -> dict[str, Any]:
    document = _json(answer)
    return document if isinstance(document, dict) else {"title": answer.reason_phrase}
