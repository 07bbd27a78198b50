"""Publishing and retiring rulesets: checked, then recorded in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from dossier.agencies import SQL as AGENCIES
from dossier.catalogue import RulesetPublished, RulesetRetired
from dossier.journal.turn import take_turn
from dossier.refusals import refused
from dossier.rulebook import record
from projections.rulesets import rulebook
from projections.rulesets.rulebook import Entry, Retirement
from projections.rulesets.rulecheck import Fault, check, escaped
from projections.rulesets.ruleset import Rules, Ruleset, RulesetUnknown, digest_of

Connection = psycopg.Connection[Any]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def publish(
    conninfo: str, name: str, based_on: str, rules: Any, *, by: str, reason: str | None = None
) -> tuple[Entry, bool]:
    """Publish the rules of `based_on` with whole rules in place of some; the entry, and whether it is new.

    The same again is answered with what stands. Raises Refused with a pointer to each fault.
    """
    with psycopg.connect(conninfo, application_name="dossier-rulebook") as connection:
        take_turn(connection)
        made = prepared(connection, name, based_on, rules)
        known = {entry.id: entry for entry in rulebook.entries(connection)}
        if name in known:
            if known[name].digest == made.digest and known[name].based_on == based_on:
                return known[name], False
            raise refused("ruleset-exists", f"{name} is published: take another name.", ("/id", "published already"))
        fact = RulesetPublished(
            ruleset=name, based_on=based_on, digest=made.digest, rules=made.rules, by=by, reason=reason
        )
        record(connection, [(f"published/{name}", fact)], datetime.now(UTC))
        return next(entry for entry in rulebook.entries(connection) if entry.id == name), True


def prepared(connection: Connection, name: str, based_on: str, rules: Any) -> Ruleset:
    """The whole ruleset that a publication would make. Raises Refused."""
    if not NAME.fullmatch(name):
        raise refused("invalid", "A ruleset has a short name.", ("/id", "letters, digits, dots, hyphens: like 2026.2"))
    try:
        base = rulebook.lookup(connection, based_on)
    except RulesetUnknown as error:
        raise refused("invalid", str(error), ("/based_on", "no such ruleset")) from None
    faults = check(rules, base.rules) or _unregistered(connection, rules, base.rules)
    if faults:
        told = tuple(("/rules" + fault.pointer, fault.detail) for fault in faults)
        raise refused("invalid", "The rules are not valid; `errors` says where.", *told)
    whole = base.rules | rules
    return Ruleset(name, whole, digest_of(whole))


def _unregistered(connection: Connection, rules: Rules, base: Rules) -> list[Fault]:
    """Organisations whose schemes rules without a fault speak of, and that are not registered here.

    Of such a scheme nobody would ever be counted as having applied. One that the base names stands as it is.
    """
    known = {row[0] for row in connection.execute(AGENCIES["registered"])} | {agency for _, agency in _named(base)}
    said = "no organisation is registered under this id: `dossier agency list` names them"
    return [Fault(place, said) for place, agency in _named(rules) if agency not in known]


def _named(rules: Rules) -> Iterator[tuple[str, str]]:
    """Where rules name an organisation, as a JSON pointer, and which."""
    for name, rule in rules.items():
        for index, dated in enumerate(rule["values"]):
            if isinstance(dated["value"], dict) and "agency" in dated["value"]:
                yield f"/{escaped(name)}/values/{index}/value/agency", dated["value"]["agency"]


def retire(conninfo: str, name: str, *, by: str, reason: str | None = None) -> tuple[Retirement, bool]:
    """Record that a ruleset is not to be used any more; what stands, and whether it is new.

    One that only a successor retired is retired by whoever asks, too; the same again is answered with what stands. The
    one being served cannot be: activate another first. Raises Refused.
    """
    with psycopg.connect(conninfo, application_name="dossier-rulebook") as connection:
        take_turn(connection)
        status = {entry.id: entry.status for entry in rulebook.entries(connection)}.get(name)
        if status is None:
            raise refused("not-found", f"There is no ruleset {name}.")
        if status == "active":
            raise refused("ruleset-active", f"{name} is being served: activate another ruleset first.")
        if stands := rulebook.retirement(connection, name):
            return stands, False
        fact = RulesetRetired(ruleset=name, by=by, reason=reason)
        record(connection, [(f"retired/{uuid4().hex}", fact)], datetime.now(UTC))
        made = rulebook.retirement(connection, name)
        assert made is not None
        return made, True
