"""Settings that a connection asks for from its first statement, written into what libpq connects by."""

from urllib.parse import quote, unquote

from psycopg.conninfo import conninfo_to_dict, make_conninfo

PROGRAM = "-c dossier.program=on"
"""Says of an owner's session that it is the program: what it leaves in a row gets a fingerprint."""


def with_option(conninfo: str, option: str) -> str:
    """The same connection with one option more; a URL stays a URL."""
    if "://" not in conninfo:
        options = conninfo_to_dict(conninfo).get("options")
        return make_conninfo(conninfo, options=f"{options} {option}" if options else option)
    address, _, query = conninfo.partition("?")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    before = unquote(pairs.pop("options", ""))
    pairs["options"] = quote(f"{before} {option}".strip(), safe="")
    return address + "?" + "&".join(f"{name}={value}" for name, value in pairs.items())
