"""Checking rules as an author wrote them: every fault by the place it stands at, and by line in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from dossier.strict_yaml import Strict
from dossier.values import parse_day
from projections.rulesets.ruleset import Rules
from projections.rulesets.shapes import SHAPES

LANGUAGES = ("fr", "nl", "en")
MEMBERS = ("label", "unit", "values")
DATED = ("from", "value", "source")
PLAIN = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
"""A whole number that YAML reads as it is written: `010` is eight to it, `1:30` ninety, and `0x10` sixteen."""
SUFFIXES = (".yaml", ".yml")
UNSHOWN = "write it in one line, over several after `>-`: a line break, or another sign that is not shown, stands in it"


class Fault(NamedTuple):
    """What is wrong and where: a JSON pointer into the rules."""

    pointer: str
    detail: str


class Written(NamedTuple):
    """Rules read from a file, with the line each place stands on, and what is wrong with the writing itself."""

    rules: dict[str, Any]
    lines: dict[str, int]
    faults: list[Fault]

    def line(self, pointer: str) -> int:
        """The line of a place, or of what it stands in."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def written(text: str, first: int = 1) -> Written:
    """The rules of a YAML text. A rule or member written twice is a fault: YAML would silently take the last.

    `first`: the line it begins on, where it is part of a file.
    """
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    node = None
    try:
        node = yaml.compose(text, Strict)  # which takes no aliases: a screen of them can mean billions of values
        if node is not None:
            _walk(node, "", lines, faults, first)
        rules = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        lines[""] = mark.line + first if mark else first
        return Written({}, lines, [Fault("", f"this is no YAML: {getattr(error, 'problem', None) or error}")])
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:  # PyYAML's, of a scalar
        said = f"a value is no date, number or word as it is written ({error}): write text in quotes"
        lines[""] = lines.get(next(_unreadable(node), ""), first)
        return Written({}, lines, [Fault("", said)])
    except RecursionError:
        return Written({}, {}, [Fault("", "this is nested too deeply: write fewer levels")])
    if not isinstance(rules, dict):
        return Written({}, lines, [Fault("", "write rules as `name:` with label, unit and values below it")])
    return Written(rules, lines, faults)


def _walk(node: yaml.Node, pointer: str, lines: dict[str, int], faults: list[Fault], first: int) -> None:
    lines.setdefault(pointer, node.start_mark.line + first)
    if isinstance(node, yaml.MappingNode):
        met: dict[str, int] = {}
        for key, value in node.value:
            place, line = f"{pointer}/{escaped(str(key.value))}", key.start_mark.line + first
            if place in met:
                faults.append(Fault(place, f"written twice: also on line {met[place]}"))
            met.setdefault(place, line)
            lines[place] = line
            _walk(value, place, lines, faults, first)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, f"{pointer}/{index}", lines, faults, first)
    elif node.tag.endswith(":int") and not PLAIN.fullmatch(node.value):
        faults.append(Fault(pointer, f"YAML reads another number in `{node.value}`: write it in plain digits"))


def _unreadable(node: yaml.Node | None, pointer: str = "") -> Iterator[str]:
    """The places whose value PyYAML cannot make: it does not tell which."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = f"{pointer}/{escaped(str(key.value))}"
            yield from _unreadable(key, place)
            yield from _unreadable(value, place)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _unreadable(value, f"{pointer}/{index}")
    elif node is not None:
        try:
            yaml.SafeLoader("").construct_object(node)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            yield pointer


def escaped(step: str) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def check(rules: Any, base: Rules | None = None) -> list[Fault]:
    """What is wrong with rules, each whole; against `base`, also the days they would leave without a value."""
    if not isinstance(rules, dict):
        return [Fault("", "an object: rule name -> label, unit, values")]
    return [fault for name, rule in rules.items() for fault in _check_rule(str(name), rule, (base or {}).get(name))]


def _check_rule(name: str, rule: Any, before: dict[str, Any] | None) -> list[Fault]:
    at = "/" + escaped(name)
    if name not in SHAPES:
        return [Fault(at, f"unknown rule: nothing reads it; there are {', '.join(SHAPES)}")]
    if not isinstance(rule, dict):
        return [Fault(at, "write label, unit and values below it")]
    faults = [Fault(f"{at}/{escaped(str(key))}", "unknown member: remove it") for key in rule if key not in MEMBERS]
    faults += _check_label(rule.get("label"), f"{at}/label")
    if rule.get("unit") != SHAPES[name].unit:
        faults.append(Fault(f"{at}/unit", f"the unit of this rule is `{SHAPES[name].unit}`"))
    values = rule.get("values")
    if not isinstance(values, list) or not values:
        return [*faults, Fault(f"{at}/values", "write at least one dated value")]
    for index, dated in enumerate(values):
        faults += _check_dated(name, dated, f"{at}/values/{index}")
    return faults + _check_days(values, f"{at}/values", before)


def dropped(rules: Rules, base: Rules) -> list[Fault]:
    """Days from which `base` has a value and rules without a fault have none: no fault, but seldom meant."""
    found = []
    for name, rule in rules.items():
        begun = {dated["from"] for dated in rule["values"]}
        for lost in base[name]["values"] if name in base else ():
            if lost["from"] not in begun:
                said = f"the value from {lost['from']} is dropped: from that day the one before it holds"
                found.append(Fault(f"/{escaped(name)}/values", said))
    return found


def _check_label(label: Any, at: str) -> list[Fault]:
    if not isinstance(label, dict):
        return [Fault(at, "write the label in fr, nl and en")]
    faults = [
        Fault(f"{at}/{escaped(str(key))}", "the languages are fr, nl, en") for key in label if key not in LANGUAGES
    ]
    for lang in LANGUAGES:
        faults += _check_text(label.get(lang), f"{at}/{lang}", f"the translation into {lang} is missing")
    return faults


def _check_text(text: Any, at: str, missing: str) -> list[Fault]:
    if text is None or (isinstance(text, str) and not text.strip()):
        return [Fault(at, missing)]
    if not isinstance(text, str):
        return [Fault(at, f"this is read as {text!r}, not as text: write it in quotes")]
    return [] if text.isprintable() else [Fault(at, UNSHOWN)]


def _check_dated(name: str, dated: Any, at: str) -> list[Fault]:
    if not isinstance(dated, dict):
        return [Fault(at, "write from, value and source")]
    faults = [Fault(f"{at}/{escaped(str(key))}", "unknown member: remove it") for key in dated if key not in DATED]
    if _day(dated.get("from")) is None:
        faults.append(Fault(f"{at}/from", 'the first day it holds, in quotes: "2026-01-01"'))
    faults += _check_text(dated.get("source"), f"{at}/source", "the source is missing: the text this value comes from")
    if "value" not in dated:
        return [*faults, Fault(f"{at}/value", "the value is missing")]
    return faults + _check_value(name, dated["value"], f"{at}/value")


def _check_value(name: str, value: Any, at: str) -> list[Fault]:
    try:
        SHAPES[name].value.validate_python(value, strict=True)
    except ValidationError as error:
        return [
            Fault("/".join([at, *(escaped(str(step)) for step in found["loc"])]), found["msg"])
            for found in error.errors(include_url=False, include_input=False)
        ]
    return []


def _check_days(values: list[Any], at: str, before: dict[str, Any] | None) -> list[Fault]:
    """Each value holds from its day to the next one's, so days must rise; none may be lost that had a value."""
    days = [_day(dated.get("from")) if isinstance(dated, dict) else None for dated in values]
    faults = []
    for index, (earlier, later) in enumerate(pairwise(days), 1):
        if earlier and later and later <= earlier:
            said = (
                "overlaps the value before: both hold from" if later == earlier else "stands before an earlier day than"
            )
            faults.append(
                Fault(f"{at}/{index}/from", f"{said} {earlier}; write values from the oldest day to the newest")
            )
    first = _day(before["values"][0]["from"]) if before else None
    if first and days[0] and days[0] > first:
        faults.append(Fault(f"{at}/0/from", f"a gap: nothing would hold from {first}, where the rule began"))
    return faults


def _day(text: Any) -> date | None:
    try:
        return parse_day(text) if isinstance(text, str) else None
    except ValueError:
        return None


def read_folder(folder: Path) -> dict[str, Written]:
    """The rules of each YAML file of a folder, by either ending, or of one file, by path. Raises OSError."""
    found = sorted(folder.iterdir()) if folder.is_dir() else [folder]
    files = [file for file in found if file == folder or file.suffix.lower() in SUFFIXES]
    return {str(file): _decoded(file.read_bytes()) for file in files}


def _decoded(content: bytes) -> Written:
    try:
        return written(content.decode())
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Written({}, {"": line}, [Fault("", "this is not UTF-8: save the file in that encoding")])


def merged(found: dict[str, Written]) -> tuple[dict[str, Any], list[tuple[str, int, str]]]:
    """The rules of several files together; and (file, line, fault) of those written in two files."""
    rules: dict[str, Any] = {}
    twice = []
    for file, one in found.items():
        twice += [
            (file, one.line("/" + escaped(name)), f"{name} is written twice") for name in one.rules if name in rules
        ]
        rules |= one.rules
    return rules, twice
