"""Named queries of a .sql file: `-- name: what it does` opens each, up to the next."""

import re
from importlib.resources.abc import Traversable

HEADING = re.compile(rb"^-- (\w+): .*$", re.MULTILINE)


def queries(file: Traversable) -> dict[str, bytes]:
    """Each query of a file by its name, as bytes, which psycopg executes as they are."""
    _, *parts = HEADING.split(file.read_bytes())
    return {name.decode(): text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
