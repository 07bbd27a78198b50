"""Checks a bundle with nothing else installed.

`python -m dossier.verification [--earlier] BUNDLE VKEY [WITNESS_VKEY ...]`
"""

from __future__ import annotations

import sys
from pathlib import Path

from dossier.verification.bundle import verify_file
from dossier.verification.wrong import Wrong


def main(arguments: list[str]) -> int:
    """0 when the bundle holds, 1 with the first thing that is wrong, 2 on wrong usage."""
    earlier = arguments[:1] == ["--earlier"]
    if len(arguments) < 2 + earlier:
        sys.stderr.write("usage: python -m dossier.verification [--earlier] BUNDLE VKEY [WITNESS_VKEY ...]\n")
        return 2
    path, vkey, *witnesses = arguments[earlier:]
    try:
        verified = verify_file(Path(path), vkey, witnesses, earlier=earlier)
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    sys.stdout.write("\n".join(verified.lines()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
