"""`python -m dossier.verification BUNDLE VKEY [WITNESS_VKEY ...]`: check a bundle with nothing else installed."""

from __future__ import annotations

import sys
from pathlib import Path

from dossier.verification.bundle import verify_file
from dossier.verification.wrong import Wrong


def main(arguments: list[str]) -> int:
    """0 when the bundle holds, 1 with the first thing that is wrong, 2 on wrong usage."""
    if len(arguments) < 2:
        sys.stderr.write("usage: python -m dossier.verification BUNDLE VKEY [WITNESS_VKEY ...]\n")
        return 2
    path, vkey, *witnesses = arguments
    try:
        verified = verify_file(Path(path), vkey, witnesses)
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    sys.stdout.write("\n".join(verified.lines()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
