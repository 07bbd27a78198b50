"""Pages as they are run: the commands of their `console` blocks in one shell, beside what they are said to print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARK = "\x1e"
DIFFERS = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "INSTANT"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r'(position|corrected_by|retracted_by)":"\d+"'), r'\1":"POSITION"'),
    (re.compile(r"^(# position: |date: ).*$", re.MULTILINE), r"\1..."),
]
"""What no two runs have in common."""


class Step(NamedTuple):
    """A command of a page and what it is said to print; `...` there stands for anything."""

    command: str
    expected: str


def steps(page: Path) -> list[Step]:
    """The commands of a page, in order. A line that starts with `$ ` opens one, with `> ` continues it."""
    found: list[Step] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], ""))
            elif line.startswith("> ") and not found[-1].expected:
                found[-1] = found[-1]._replace(command=f"{found[-1].command}\n{line[2:]}")
            else:
                found[-1] = found[-1]._replace(expected=f"{found[-1].expected}{line}\n")
    return found


def run(page: list[Step], address: str, data: Path, directory: Path = ROOT) -> list[str]:
    """What the commands print, errors too, run in one shell against a service; at the root of the project."""
    script = "".join(f"{step.command.replace(ADDRESS, address)}\nprintf '%s' '{MARK}'\n" for step in page)
    environment = os.environ | {
        "DOSSIER_DATA": str(data),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash"],
        input="exec 2>&1\n" + script,
        capture_output=True,
        text=True,
        env=environment,
        cwd=directory,
        check=False,
    )
    return done.stdout.split(MARK)[:-1]


def run_python(page: Path, address: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """The `python` blocks of a page as one program, as the cells of a notebook would be run."""
    cells = PYTHON.findall(page.read_text(encoding="utf-8"))
    assert cells
    program = "\n".join(cells).replace(ADDRESS, address)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, cwd=directory, check=False)


def agrees(expected: str, printed: str) -> bool:
    """Whether a command printed what the page says, but for what no two runs have in common."""
    pattern = ".*".join(re.escape(part) for part in _alike(expected).split("..."))
    return re.fullmatch(pattern, _alike(printed), re.DOTALL) is not None


def _alike(text: str) -> str:
    for pattern, instead in DIFFERS:
        text = pattern.sub(instead, text)
    return text.strip().replace("\r", "")
