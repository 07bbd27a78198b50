"""Settings that a connection asks for from its first statement, written into what libpq connects by."""

from collections.abc import Callable
from urllib.parse import quote, unquote

from psycopg.conninfo import conninfo_to_dict, make_conninfo

PROGRAM = "-c dossier.program=on"
"""Says of an owner's session that it is the program: what it leaves in a row gets a fingerprint."""


def with_option(conninfo: str, option: str) -> str:
    """The same connection with one option more; a URL stays a URL."""
    return _with(conninfo, lambda options: f"{options} {option}".strip())


def for_anybody(conninfo: str) -> str:
    """The same connection for whoever is not the program: what is changed by it is changed by hand."""
    return _with(conninfo, lambda options: options.replace(PROGRAM, "").strip())


def _with(conninfo: str, change: Callable[[str], str]) -> str:
    """The same connection with other options."""
    if "://" not in conninfo:
        parts = conninfo_to_dict(conninfo)
        return make_conninfo("", **parts | {"options": change(str(parts.get("options") or "")) or None})
    address, _, query = conninfo.partition("?")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    if options := change(unquote(pairs.pop("options", ""))):
        pairs["options"] = quote(options, safe="")
    return address + "?" * bool(pairs) + "&".join(f"{name}={value}" for name, value in pairs.items())
