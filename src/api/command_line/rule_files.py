"""The files of an author of rules: what is wrong with them, and what they leave out, by file and line."""

from __future__ import annotations

from pathlib import Path

from api.command_line.main import refuse
from projections.rulesets.rulecheck import check, dropped, merged, read_folder
from projections.rulesets.ruleset import Ruleset, ruleset


def faults_of(path: Path) -> list[str]:
    """Every fault as `file:line: place: what to do`, held against the rules of the program."""
    files = read_folder(path)
    if not files:
        refuse(f"{path} holds no .yaml or .yml file")
    told = [f"{file}:{line}: {said}" for file, line, said in merged(files)[1]]
    for file, one in files.items():
        faults = [*one.faults, *check(one.rules, ruleset().rules)]
        told += [f"{file}:{one.line(pointer)}: {pointer}: {detail}" for pointer, detail in faults]
    return told


def notes_of(path: Path, base: Ruleset) -> list[str]:
    """What rules without a fault leave out of a base, as `file:line: place: note: what`."""
    return [
        f"{file}:{one.line(pointer)}: {pointer}: note: {said}"
        for file, one in read_folder(path).items()
        for pointer, said in dropped(one.rules, base.rules)
    ]
