"""If-Match: the versions a dossier may be at, for what is posted to be taken (RFC 9110, 13.1.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dossier.refusals import refused

ENTITY_TAG = re.compile(r'(?:"(?P<version>0|[1-9][0-9]{0,8})"|(?:W/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,[ \t]*|$)')


def expected_versions(lines: Sequence[str]) -> frozenset[int] | None:
    """The versions of If-Match, all its lines one list; None for no header, or `*`. Raises Refused.

    Version 0 is that of a dossier that is not open yet, as a 412 tells of one.
    A weak tag, or one that no version can have, never matches: a list of nothing else is empty.
    """
    header = ", ".join(lines).strip()
    if not lines or header == "*":
        return None
    tags = list(ENTITY_TAG.finditer(header))
    if not tags or "".join(tag[0] for tag in tags) != header:
        raise refused("malformed", 'If-Match takes the strong ETags of versions, like "12", or *.')
    return frozenset(int(tag["version"]) for tag in tags if tag["version"])
