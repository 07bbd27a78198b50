"""A line of JSON that readers would take differently, or that is no text, is told of; the others are read."""

import io

import pytest

from api.imports.jsonlines import Cells, json_lines

NAMES = {"ref": ["ref"], "number": ["org.kbo"], "note": ["note"]}
GOOD = b'{"ref": "b", "org": {"kbo": 7}}\n'


def read(*lines: bytes) -> list[Cells]:
    return list(json_lines(io.BytesIO(b"\n".join(lines) + b"\n" + GOOD), NAMES, 1 << 20))


@pytest.mark.parametrize(
    "line",
    [
        rb'{"ref": "a\ud83d"}',
        rb'{"ref": "\uDE00a"}',
        rb'{"ref": "\ude00\ud83d"}',
        rb'{"ref": "a", "beside": ["\ud83d"]}',
        rb'{"ref": "a", "be\uD83dside": 1}',
    ],
)
def test_half_a_surrogate_pair_spoils_its_line_alone(line: bytes) -> None:
    [(_, cells, problem), (at, good, none)] = read(line)
    assert problem
    assert (cells, problem.code, dict(problem.about)["detail"]) == (
        {},
        "line-unreadable",
        "JSON: half a surrogate pair",
    )
    assert (at, good["ref"], none) == (2, "b", None)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    [(_, cells, problem), _] = read(rb'{"ref": "\ud83d\ude00", "note": "\\ud83d"}')
    assert (cells["ref"], cells["note"], problem) == ("😀", "\\ud83d", None)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'{"ref": "a", "ref": "b"}', "ref"),
        (b'{"ref": "a", "org": {"kbo": 1, "kbo": 2}}', "kbo"),
        (b'{"ref": "a", "beside": [{"x": 1, "x": 1}]}', "x"),
        (b'{"ref": "a", "org": {"kbo": 1}, "org.kbo": 2}', "org.kbo"),
        (rb'{"ref": "a", "r\u0065f": "b"}', "ref"),
        (rb'{"a\ud800": 1, "a\ud800": 2}', "'a\\ud800'"),
        (b'{"%s": 1, "%s": 2}' % (b"x" * 999, b"x" * 999), "x" * 80),
    ],
)
def test_a_name_that_stands_twice_is_told(line: bytes, name: str) -> None:
    [(_, cells, problem), (at, good, none)] = read(line)
    assert problem
    assert (cells, problem.code, problem.about) == ({}, "name-twice", (("name", name),))
    assert (at, good["ref"], none) == (2, "b", None)


def test_a_line_that_is_not_utf_8_says_so() -> None:
    [(_, _, problem), _] = read('{"ref": "é"}'.encode("cp1252"))
    assert problem
    assert dict(problem.about)["detail"] == "JSON: not UTF-8"
