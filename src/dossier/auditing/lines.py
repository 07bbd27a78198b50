"""An export read back: every line whole, in its place and as its stored bytes say, up to the trailer that vouches."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple

import orjson
import psycopg

from dossier.verification.merkle import Tree, leaf_hash
from dossier.verification.strict_json import once
from dossier.verification.wrong import Wrong, expect

LONGEST = 16 << 20
"""Bytes a line may have."""
ROOTED = {"size", "root"}
"""What a trailer says of the tree; those of files that were exported before it stood there do not."""


class Form(NamedTuple):
    """How one kind of export is told: what it is called, what an entry, and what numbers those.

    `beside` is what a line says that is not in its stored bytes, `trailer` what the trailer of this kind says too, and
    `hint` what to do where a number is another.
    """

    export: str
    entry: str
    number: str
    hint: str
    beside: frozenset[str]
    is_entry: Callable[[Any], bool]
    trailer: frozenset[str] = frozenset()


class Line(NamedTuple):
    """An entry: its number, its stored bytes, what they say, all that its line says; `what` names it in refusals."""

    number: int
    stored: bytes
    body: dict[str, Any]
    said: dict[str, Any]
    what: str


class Lines:
    """The lines of an export, in order; at their end, what the trailer says is compared. Raises Wrong."""

    def __init__(self, file: BinaryIO, form: Form) -> None:
        self._file, self._form = file, form
        self.trailer: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Line]:
        """Each once: a file is read, and not kept."""
        digested, count, tree, form = sha256(), 0, Tree(), self._form
        while line := self._file.readline(LONGEST + 1):
            what = f"line {count + 1} of {form.export}"
            expect(len(line) <= LONGEST, f"{what} is longer than {LONGEST} bytes")
            found = _object(line, what)
            if "trailer" in found:
                self._end(found, digested.hexdigest(), tree)
                return
            digested.update(line)
            count += 1
            expect(found.get(form.number) == str(count), f"{what} is not {form.number} {count}: {form.hint}")
            entry = _entry(count, found, form, what)
            tree.add(leaf_hash(entry.stored))
            yield entry
        raise Wrong(f"{form.export} is cut off: it has no trailer")

    def _end(self, trailer: dict[str, Any], digest: str, tree: Tree) -> None:
        names = {"trailer", "count", f"last_{self._form.number}", "sha256", *self._form.trailer}
        known = trailer.keys() in (names, names | ROOTED)
        expect(known, "the trailer says more or less than a trailer does")
        said = (trailer.get("count"), trailer.get(f"last_{self._form.number}"), trailer.get("sha256"))
        made = (tree.size, str(tree.size), digest)
        expect(said == made, "the trailer is not that of the lines above")
        _check_root(trailer, tree, self._form)
        expect(not self._file.read(1), "something stands after the trailer")
        self.trailer = trailer


@contextmanager
def taken(form: Form) -> Iterator[None]:
    """What the database does not take of an export is Wrong too."""
    try:
        yield
    except psycopg.Error as error:
        line = re.search(r"line (\d+)", error.diag.context or "")
        where = f"line {line[1]} of {form.export}" if line else form.export
        raise Wrong(f"{where} is no {form.entry}: {error.diag.message_primary or type(error).__name__}") from None


def _check_root(trailer: dict[str, Any], tree: Tree, form: Form) -> None:
    """That the trailer's root, where it says one, is that of the lines above."""
    made = (str(tree.size), base64.b64encode(tree.root).decode())
    said = (trailer.get("size", made[0]), trailer.get("root", made[1]))
    expect(said == made, f"the root in the trailer is not that of the {form.number}s above")


def _object(line: bytes, what: str) -> dict[str, Any]:
    """What a line says. A name given twice reads otherwise to another program, or to people, than to this one."""
    try:
        found = orjson.loads(line)
        json.loads(line, object_pairs_hook=once)
    except (ValueError, RecursionError):
        found = None
    expect(isinstance(found, dict), f"{what} is no object, or gives a name twice")
    assert isinstance(found, dict)
    return found


def _entry(number: int, found: dict[str, Any], form: Form, what: str) -> Line:
    """An entry by its stored bytes alone; what the line says beside them must be the same, since people read that."""
    try:
        stored = base64.b64decode(found["stored"], validate=True)
        body = orjson.loads(stored)
        typed = form.is_entry(body)
    except (LookupError, TypeError, ValueError):
        typed = False
    expect(typed, f"{what}: its stored bytes are no {form.entry}")
    expect(found.get("digest") == sha256(stored).hexdigest(), f"{what}: the digest is not that of the stored bytes")
    beside = {name: value for name, value in found.items() if name not in form.beside}
    same = all(name in body and body[name] == value for name, value in beside.items())
    expect(same, f"{what} says otherwise than its stored bytes")
    return Line(number, stored, body, found, what)
