"""Bundles that were meddled with: whatever is changed, dropped, reordered, cut or swapped is found, in one line."""

from __future__ import annotations

import ast
import base64
import copy
import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import independent
from tests.dossier.verification.making import Json, Made, refused, restated
from tests.strategies import OTHER

from dossier.verification import bundle as verification
from dossier.verification.bundle import Verified, verify_bundle, verify_file
from dossier.verification.wrong import Wrong

HERE = Path(verification.__file__).parent


def test_what_the_log_made_holds_for_both_verifiers(made: Made) -> None:
    for one in (made.bundle, made.old, made.other):
        assert independent.holds(one, made.vkey)
    found = verify_bundle(json.dumps(made.bundle).encode(), made.vkey)
    assert isinstance(found, Verified)
    assert (found.events, found.opened, found.size, found.last_position) == (6, 5, 7, 7)


def test_its_spelling_as_json_does_not_matter(made: Made) -> None:
    for text in (json.dumps(made.bundle, indent=3), json.dumps(made.bundle, ensure_ascii=False, sort_keys=True)):
        verify_bundle(text.encode(), made.vkey)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a document."""
    if way:
        yield way
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield from places(part, (*way, step))


def at(document: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        document = document[step]
    return document


OTHERS: list[Any] = [None, "", "x", 0, -1, 1.5, True, [], {}, "1", "AAAA", "\ud800"]


def test_no_part_can_be_dropped_or_replaced(made: Made) -> None:
    """Every one of them: each field, each element of each list, whatever stands there."""
    for way in places(made.bundle):
        *before, last = way
        dropped, replaced = copy.deepcopy(made.bundle), copy.deepcopy(made.bundle)
        at(dropped, tuple(before)).pop(last)
        refused(dropped, made.vkey)
        for other in OTHERS:
            if other != at(made.bundle, way):
                at(replaced, tuple(before))[last] = other
                refused(replaced, made.vkey)


def test_nothing_can_be_added(made: Made) -> None:
    for way in [(), *places(made.bundle)]:
        found = copy.deepcopy(made.bundle)
        part = at(found, way)
        if isinstance(part, dict):
            part["label"] = "x"
        elif isinstance(part, list):
            part.append(copy.deepcopy(part[-1]) if part else "x")
        else:
            continue
        refused(found, made.vkey)


def test_no_two_parts_can_change_places(made: Made) -> None:
    for way in places(made.bundle):
        part = at(made.bundle, way)
        if isinstance(part, list):
            for n in range(len(part) - 1):
                found = copy.deepcopy(made.bundle)
                own = at(found, way)
                own[n], own[n + 1] = own[n + 1], own[n]
                if own[n] != own[n + 1]:
                    refused(found, made.vkey)


@pytest.mark.parametrize("part", ["events", "completeness", "checkpoint", "cosignatures", "dossier", "exported_at"])
def test_parts_of_two_true_bundles_do_not_fit_together(made: Made, part: str) -> None:
    for other in (made.old, made.other):
        if other[part] != made.bundle[part]:
            refused(made.bundle | {part: other[part]}, made.vkey)


def test_personal_fields_are_those_of_their_event(made: Made) -> None:
    found = copy.deepcopy(made.bundle)
    personal = [event["personal"] for event in found["events"] if "personal" in event]
    personal[0]["note"] = "Amina"
    with_statement = restated(found, made)
    assert "not those committed to" in refused(with_statement, made.vkey)


def swap(found: Json, name: str, value: Any) -> None:
    found["events"][2][name] = value


def drop_last(found: Json) -> None:
    """As if the last event had never been."""
    found["events"].pop()
    last = found["events"][-1]["position"]
    found["completeness"] |= {"count": len(found["events"]), "last_position": last}


def rewrite(found: Json) -> None:
    event = found["events"][2]
    body = json.loads(base64.b64decode(event["stored"]))
    body["agency"] = "other"
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    event["stored"] = base64.b64encode(text.encode()).decode()


OPERATOR: dict[str, Callable[[Json], Any]] = {
    "drops the last event": drop_last,
    "drops one in the middle": lambda b: b["events"].pop(2),
    "rewrites an event": rewrite,
    "moves an event": lambda b: swap(b, "position", "2"),
    "hides personal fields": lambda b: b["events"][0].pop("personal"),
    "claims an erasure": lambda b: b["completeness"]["erased"].append(
        {"on": "2026-01-01T00:00:00Z", "ground": "request", "position": "9"}
    ),
    "shows another dossier": lambda b: b.update(dossier=str(OTHER)),
    "changes the salt": lambda b: b["events"][0]["personal"].update(salt=base64.b64encode(bytes(32)).decode()),
    "repeats an event": lambda b: b["events"].insert(2, copy.deepcopy(b["events"][1])),
}


@pytest.mark.parametrize("meddling", OPERATOR)
def test_even_the_holder_of_the_key_cannot(made: Made, meddling: str) -> None:
    found = copy.deepcopy(made.bundle)
    OPERATOR[meddling](found)
    assert "not the one that the log signed" not in refused(restated(found, made), made.vkey)


def test_a_bundle_restated_as_it_was_holds(made: Made) -> None:
    verify_bundle(json.dumps(restated(made.bundle, made)).encode(), made.vkey)


@given(st.data())
def test_any_altered_byte_is_found(made: Made, data: st.DataObject) -> None:
    """Any byte, any other value. What is left saying the very same is no alteration."""
    content = bytearray(json.dumps(made.bundle).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    refused_unless_the_same(bytes(content), made)


def refused_unless_the_same(content: bytes, made: Made) -> None:
    try:
        same = json.loads(content) == made.bundle
    except ValueError:
        same = False
    if not same:
        refused(content, made.vkey)


@given(st.data())
def test_a_bundle_cut_or_repeated_anywhere_is_refused(made: Made, data: st.DataObject) -> None:
    content = json.dumps(made.bundle).encode()
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, len(content)))
    refused_unless_the_same(content[:start] + content[end:], made)
    refused_unless_the_same(content[:end] + content[start:], made)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=9), parts, max_size=3),
)


@given(JSONS, st.data())
def test_anything_in_any_place_is_refused(made: Made, anything: Any, data: st.DataObject) -> None:
    found = copy.deepcopy(made.bundle)
    way = data.draw(st.sampled_from(list(places(found))))
    if at(found, way) != anything:
        at(found, way[:-1])[way[-1]] = anything
        refused(found, made.vkey)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused(made: Made, content: bytes) -> None:
    refused(content, made.vkey)


HOSTILE = {
    "nothing": b"",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "a number without end": b'{"format":' + b"9" * 3_000_000 + b"}",
    "not a number": b'{"format": NaN}',
    "a name twice": b'{"format": 1, "format": 1}',
    "another format": b'{"format":"dossier-bundle/2"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "very many values": b"[" + b"{}," * 2_000_001 + b"0]",
    "very many names": b"{" + b",".join(b'"%d":0' % n for n in range(2_000_002)) + b"}",
    "packed": gzip.compress(bytes(1 << 20)),
    "too long": b" " * (verification.LARGEST + 1),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused(made: Made, kind: str) -> None:
    refused(HOSTILE[kind], made.vkey)


def test_a_hostile_file_of_the_largest_size_takes_little_memory_and_time(made: Made, tmp_path: Path) -> None:
    """In a process that may have a gigabyte and twenty seconds of the processor."""
    path = tmp_path / "hostile.json"
    with path.open("wb") as file:
        file.write(b"[")
        for _ in range(64):
            file.write(b"[]," * ((1 << 20) // 3 - 1))
        file.write(b"0]")
    limits = "import resource as r; r.setrlimit(r.RLIMIT_AS, (1 << 30,) * 2); r.setrlimit(r.RLIMIT_CPU, (20,) * 2)"
    run = f"{limits}\nimport sys\nfrom dossier.verification.__main__ import main\nraise SystemExit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", run, path, made.vkey], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "the bundle has more than 2000000 values\n")


@pytest.mark.parametrize("path", ["/dev/zero", "/", "/nowhere"])
def test_what_is_no_file_is_refused(made: Made, path: str) -> None:
    with pytest.raises(Wrong):
        verify_file(Path(path), made.vkey)


@pytest.mark.parametrize("vkey", ["", "x", "a+b+c", "a+00000000+AQ==", "log.example/test+0+AA", "x" * 10_000])
def test_a_key_that_is_none_is_refused(made: Made, vkey: str) -> None:
    with pytest.raises(Wrong, match="key"):
        verify_bundle(json.dumps(made.bundle).encode(), vkey)


@pytest.mark.parametrize("module", sorted(HERE.glob("*.py")), ids=lambda path: path.name)
def test_the_verifier_stands_alone(module: Path) -> None:
    """It imports the standard library, `cryptography` and itself: nothing of what wrote the log."""
    for node in ast.walk(ast.parse(module.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            first = name.split(".")[0]
            assert first in sys.stdlib_module_names | {"cryptography"} or name.startswith("dossier.verification"), name


def test_it_runs_with_nothing_else_installed(made: Made, tmp_path: Path) -> None:
    """In an interpreter that finds no other package of ours, and none that ours needs."""
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(made.bundle))
    guard = "import sys; sys.modules |= dict.fromkeys(('orjson', 'psycopg', 'pydantic', 'fastapi', 'eventsourcing'))"
    run = f"{guard}\nfrom dossier.verification.__main__ import main\nraise SystemExit(main(sys.argv[1:]))"
    for arguments, code in (([path, made.vkey], 0), ([path, made.signers[0].text], 1), ([path], 2)):
        done = subprocess.run([sys.executable, "-c", run, *map(str, arguments)], capture_output=True, check=False)
        assert done.returncode == code, done.stderr


def test_a_statement_that_is_no_unicode_is_refused(made: Made) -> None:
    name, number, _ = made.vkey.split("+", 2)
    line = f"— {name} {base64.b64encode(bytes.fromhex(number) + bytes(64)).decode()}\n"
    bundle = copy.deepcopy(made.bundle)
    bundle["completeness"]["statement"] = "X\n\n" + line
    with pytest.raises(Wrong, match="no Unicode"):
        verify_bundle(json.dumps(bundle).encode().replace(b'"X\\n', b'"\\ud800\\n'), made.vkey)
