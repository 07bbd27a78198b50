"""A record: what the register says of one enterprise, as the data of an `enterprise-created`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.imports.dates import date
from api.imports.problems import Problem, Unconvertible
from api.imports.register.communes import nis
from api.imports.register.extract import Extract, Row

NATURAL_PERSON = "1"
FORMS = {
    "610": "SRL/BV", "015": "SPRL/BVBA", "014": "SA/NV", "017": "ASBL/VZW", "706": "SC/CV", "612": "SComm/CommV",
}  # fmt: skip
"""The forms agencies have a word for; the others are called as the register's code list has it."""
GROUPS = ("001", "006")
"""Whose main activity counts first: that of VAT, then that of the social security."""
LANGUAGES = ("1", "2", "0", "3", "4")
"""French, Dutch, not told, German, English: the order in which the name of an enterprise is taken."""
POSTCODE = re.compile(r"[1-9][0-9]{3}")
LONGEST_NAME, LONGEST_TERM = 200, 120


class Record(NamedTuple):
    """One enterprise: where its row stands, when it started, and the data; or what is wrong with the row."""

    number: str
    line: int
    started: datetime | None
    data: dict[str, Any]
    problem: Problem | None = None


class Parts(NamedTuple):
    """The rows of the other files about one enterprise."""

    addresses: list[Row]
    activities: list[Row]
    names: list[Row]


def records(extract: Extract, numbers: Iterable[str]) -> dict[str, Record]:
    """What an extract says of these enterprises (ten digits); those it does not have are absent."""
    wanted = frozenset(numbers)
    found = dict(extract.of("enterprise.csv", "EnterpriseNumber", wanted))
    parts = {number: Parts([], [], []) for number in found}
    for name, field in (("address.csv", "addresses"), ("activity.csv", "activities"), ("denomination.csv", "names")):
        for number, (_, row) in extract.of(name, "EntityNumber", found.keys()):
            getattr(parts[number], field).append(row)
    return {number: record(number, line, row, parts[number]) for number, (line, row) in found.items()}


def record(number: str, line: int, row: Row, parts: Parts) -> Record:
    """One enterprise as the rows of the files have it."""
    try:
        started, _ = date(row["StartDate"], ["dd-mm-yyyy"])
    except Unconvertible as error:
        return Record(number, line, None, {}, Problem(error.code, "StartDate", row["StartDate"], error.about))
    code = row["JuridicalFormCAC"] or row["JuridicalForm"]
    told = {
        "legal_identifier": number,
        "legal_form": legal_form(code, natural=row["TypeOfEnterprise"] == NATURAL_PERSON),
        "nace": main_activity(parts.activities),
        "seat": seat(parts.addresses),
        "legal_name": name(parts.names),
        "local_term": code,
    }
    return Record(number, line, started, {field: value for field, value in told.items() if value})


def legal_form(code: str, *, natural: bool) -> str | None:
    """What a legal form is called in the country; None for a code without a name."""
    if natural:
        return "personne-physique/natuurlijk-persoon"
    if code in FORMS:
        return FORMS[code]
    from bce_codes_to_label import legal_forms  # noqa: PLC0415 - seven megabytes that only an import of the register needs

    labels: Mapping[str, str] | None = legal_forms(code) if code else None
    if labels is None:
        return None
    both = f"{labels['label_fr']}/{labels['label_nl']}"
    return both if len(both) <= LONGEST_TERM else str(labels["label_fr"])[:LONGEST_TERM]


def main_activity(rows: Iterable[Row]) -> dict[str, str] | None:
    """The main activity in the newest version of NACE-BEL; None where there is none, or several."""
    main = [row for row in rows if row["Classification"] == "MAIN"]
    groups = sorted({row["ActivityGroup"] for row in main}, key=lambda group: (group not in GROUPS, group))
    for group in groups:
        own = [row for row in main if row["ActivityGroup"] == group]
        version = max(row["NaceVersion"] for row in own)
        codes = {row["NaceCode"] for row in own if row["NaceVersion"] == version}
        if len(codes) == 1:
            return {"version": version, "code": codes.pop()}
    return None


def seat(rows: Iterable[Row]) -> dict[str, str] | None:
    """The registered seat, when it is in Belgium and not struck off."""
    own = [
        row for row in rows if row["TypeOfAddress"] == "REGO" and not row["DateStrikingOff"] and not row["CountryFR"]
    ]
    if len(own) != 1 or not POSTCODE.fullmatch(own[0]["Zipcode"]):
        return None
    found = {"postcode": own[0]["Zipcode"]}
    commune = nis(own[0]["Zipcode"], own[0]["MunicipalityFR"], own[0]["MunicipalityNL"])
    return found | ({"nis": commune} if commune else {})


def name(rows: Iterable[Row]) -> str | None:
    """The name of the enterprise, not its abbreviation or its shop's; of a natural person, the person's own."""
    own = {row["Language"]: row["Denomination"].strip() for row in rows if row["TypeOfDenomination"] == "001"}
    return next((own[language][:LONGEST_NAME] for language in LANGUAGES if own.get(language)), None)
