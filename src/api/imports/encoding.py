"""Encoding: which one the text of a file is in: as declared, or as its own bytes leave no doubt of."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from api.imports.problems import FileRefused

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
RIVALS = ("cp1252", "iso8859_15", "cp850", "mac_roman")
"""What files of Belgian offices are found in, besides Unicode, the likeliest first."""
WIDE = ("utf_16_le", "utf_16_be")
SAMPLE = 1 << 18
LETTERS = "àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŸ"
SIGNS = "’‘“”„«»–—…€°²³§½•·™®© "
STRANGE = re.compile(
    rf"[^\t\r\n\x20-\x7e{LETTERS}{SIGNS}]|[a-zà-öø-ÿ][À-ÖØ-Þ](?![A-ZÀ-ÖØ-Þ])|[a-zà-öø-ÿ][“”„•²³½™][a-z]"
)
"""What no office writes: another character, a capital with an accent within a word, a sign within a word."""


def encoding_of(path: Path, declared: Sequence[str]) -> str:
    """The name Python has for the file's encoding. Raises FileRefused when none fits, or two that would differ do."""
    if not declared:
        return _detected(path)
    for index, name in enumerate(declared):
        codec = "utf-8-sig" if name == "utf-8" else name
        if _fits(path, codec):
            return codec
        if name == "utf-8" and declared[index + 1 :]:
            _refuse_mixed(path, declared[index + 1 :])
    raise FileRefused("encoding-other", encodings=" / ".join(declared))


def _detected(path: Path) -> str:
    """By its mark; else UTF-8, which other encodings do not pass for; else the only one that reads as sense."""
    with path.open("rb") as file:
        start = file.read(1 << 12)
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return name
    wide = start.count(0) > len(start) // 8  # a null for each sign and figure; fewer are faults of single lines
    if not wide and _fits(path, "utf-8"):
        return "utf-8-sig"
    rivals = WIDE if wide else RIVALS
    possible = _possible(start[: len(start) // 2 * 2] if wide else _telling(path), rivals)
    if not wide:
        _refuse_mixed(path, possible)
    if len(possible) != 1 or not _fits(path, possible[0]):
        raise FileRefused("encoding-unclear", candidates=" / ".join(possible or rivals))
    return possible[0]


def _refuse_mixed(path: Path, others: Sequence[str]) -> None:
    """Refuse a file that is not UTF-8 but for some of its lines: it was put together of several files."""
    with path.open("rb") as file:
        while line := file.readline(SAMPLE):
            if not line.isascii() and _is_utf_8(line):
                raise FileRefused("encoding-unclear", candidates=" / ".join(["utf-8", *others]))


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _possible(telling: bytes, rivals: Sequence[str]) -> list[str]:
    """The encodings in which a text reads as sense, each reading once."""
    readings: dict[str, str] = {}
    for name in rivals:
        try:
            text = telling.decode(name)
        except UnicodeError:
            continue
        if not STRANGE.search(text):
            readings.setdefault(text, name)
    return list(readings.values())


def _telling(path: Path) -> bytes:
    """The text encodings can be told apart by: lines with other bytes than ASCII, as many as a sample holds."""
    kept = bytearray()
    with path.open("rb") as file:
        while (line := file.readline(SAMPLE)) and len(kept) < SAMPLE:
            kept += b"" if line.isascii() else line
    return bytes(kept.replace(b"\0", b""))


def _fits(path: Path, codec: str) -> bool:
    """Whether every byte of the file is text in this encoding."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
