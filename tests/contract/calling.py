"""The command `dossier`, called in this process: what a command does is tested so, for starting one takes seconds.

What starting alone proves (it finds what it imports, it ends, it leaves nothing running) is tested by starting one.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from api.command_line import code_of, main

PATIENCE = 60.0
"""Seconds a command may take."""


def call(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in an environment, and what came of it, as of one that was started."""
    out, err, began = printed(), printed(), time.monotonic()
    line = ["dossier", *arguments]
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", line),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = ended()
    assert time.monotonic() < began + PATIENCE, f"{arguments} took longer than a command may"
    return subprocess.CompletedProcess(line, code, text_of(out), text_of(err))


def ended() -> int:
    """Run the command of `sys.argv`; the code it exits with."""
    try:
        main()
    except SystemExit as end:
        return code_of(end)
    return 0


def printed() -> io.TextIOWrapper:
    """What is printed is kept here; it takes bytes too, as a terminal does."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def text_of(stream: io.TextIOWrapper) -> str:
    """All that was printed."""
    stream.seek(0)
    return stream.read()
