"""Files of persons' data: their owner's alone, and nothing else is put in the place of what was named."""

from __future__ import annotations

import stat
from pathlib import Path

from api.command_line.private import write_private


def test_a_file_is_its_owner_s_alone_whatever_it_was(tmp_path: Path) -> None:
    file = tmp_path / "left.csv"
    file.touch(mode=0o644)
    write_private(file, "a\r\nb\n")
    assert (stat.S_IMODE(file.stat().st_mode), file.read_bytes()) == (0o600, b"a\r\nb\n")


def test_a_link_stays_one(tmp_path: Path) -> None:
    """`/dev/stdout` is one, and would have been removed."""
    there, link = tmp_path / "there", tmp_path / "link"
    there.touch()
    link.symlink_to(there)
    write_private(link, "said")
    assert link.is_symlink()
    assert there.read_text(encoding="utf-8") == "said"
