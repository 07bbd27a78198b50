"""The encoding of a file is the right one, or the file is refused: it is never a guess."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from api.imports.encoding import STRANGE, encoding_of
from api.imports.problems import FileRefused

WORDS = [
    "Numéro;Décidé le;Société\n0409537923;31 décembre 2024;Société d'Études à Liège\n",
    "Nom;Prix\nCafé Noémie;12\nHôtel Français;3\n",
    "Naam;Gemeente\nZoë Vandenabeele;België\n",
    "Société;x\n" + "abc;d\n" * 500 + "Crème brûlée;ç\n",
]
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
OFFICE = ["cp1252", "iso8859_15", "cp850", "mac_roman"]


TOLD = [(text, encoding) for text in WORDS for encoding in [*UNICODE, *OFFICE[: 2 if text is WORDS[2] else 4]]]


@pytest.mark.parametrize(("text", "encoding"), TOLD)
def test_a_file_of_an_office_is_read_as_it_was_written(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(text.encode(encoding))
    assert file.read_text(encoding=encoding_of(file, [])).lstrip("\ufeff") == text


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ éèêëàâçôöïîûùüÉÈÀÇ;,.'0123456789-\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(LETTERS, min_size=1), st.sampled_from(["utf-8", "cp1252", "iso8859_15", "cp850", "mac_roman"]))
@example("Étoile", "mac_roman")
@example("Straße;Größe", "cp850")
def test_what_an_office_wrote_is_read_as_it_was_written_or_refused(tmp_path: Path, text: str, encoding: str) -> None:
    assume(not STRANGE.search(text))
    file = tmp_path / "file.csv"
    file.write_bytes(text.encode(encoding))
    with suppress(FileRefused):
        assert file.read_bytes().decode(encoding_of(file, [])) == text


def test_a_sign_of_the_euro_is_told_apart(tmp_path: Path) -> None:
    for encoding in ("cp1252", "iso8859_15"):
        file = tmp_path / encoding
        file.write_bytes("Prix;Café\n€ 12;été\n".encode(encoding))
        assert encoding_of(file, []) == encoding


def test_a_declared_encoding_is_not_doubted(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes("Étoile".encode("mac_roman"))
    assert file.read_text(encoding=encoding_of(file, ["macintosh"])) == "Étoile"


def test_an_encoding_it_does_not_fit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes("Étoile".encode("cp1252"))
    with pytest.raises(FileRefused, match="not in utf-8"):
        encoding_of(file, ["utf-8"])


MIXED = [
    "école;x\n".encode() + "Café;y\n".encode("cp1252"),
    b"a;b\n" + "été\n".encode("cp1252") * 99_999 + "é".encode(),
]


@pytest.mark.parametrize("declared", [[], ["utf-8", "cp1252"]])
@pytest.mark.parametrize("content", MIXED, ids=["two lines", "far away"])
def test_a_file_of_two_encodings_is_refused(tmp_path: Path, content: bytes, declared: list[str]) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    with pytest.raises(FileRefused, match="utf-8 / cp1252") as refused:
        encoding_of(file, declared)
    assert refused.value.code == "encoding-unclear"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp850"])
def test_a_null_leaves_the_encoding_what_it_is(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes("Numéro;Décidé\nSociété d'Études;Li\0ège\n".encode(encoding))
    assert encoding_of(file, []).startswith(encoding)


def test_what_is_full_of_nulls_and_no_text_is_refused_by_what_it_might_be(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(bytes([0, 1, 2, 0, 0xD8]) * 99)
    with pytest.raises(FileRefused, match="utf_16_le / utf_16_be"):
        encoding_of(file, [])
