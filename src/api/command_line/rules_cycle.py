"""Commands of the analyst's cycle: list, check, publish, diff, retire; what is between them is in `rehearsals`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.command_line.main import refuse, rules
from api.command_line.options import Data, opened
from api.command_line.reasons import OPERATOR, Reason, tell_unsaid, why


@rules.command("list")
def list_rules(data: Data = None) -> None:
    """List the rulesets with their state, digests and rules.

    Example: dossier rules list
    """
    from projections.rulesets import rulebook

    with opened(data) as log, log.journal.reading() as connection:
        for entry in rulebook.entries(connection):
            print(f"{entry.id}  {entry.status}  {entry.digest}")
            for rule, content in rulebook.as_published(connection, entry.id).rules.items():
                print(f"  {rule}  {content['label']['en']}")


@rules.command("check")
def check_rules(
    path: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="YAML of rules, or a folder of it.", exists=True)],
) -> None:
    """Say what is wrong with rules, line by line. Needs no database.

    Example: dossier rules check rules/2026.2
    """
    from api.command_line.rule_files import faults_of, notes_of
    from projections.rulesets.ruleset import ruleset

    found = faults_of(path)
    for fault in found:
        print(fault)
    if found:
        refuse(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}: mend the lines above")
    for note in notes_of(path, ruleset()):
        print(note)
    print(f"{path}: no fault found")


@rules.command("publish")
def publish_rules(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Its name is the ruleset's.", exists=True)],
    based_on: Annotated[
        str | None, typer.Option(help="The ruleset whose other rules it keeps; the active one when absent.")
    ] = None,
    reason: Reason = None,
    data: Data = None,
) -> None:
    """Publish a folder of rules: they replace those of the same name in the ruleset it is based on.

    Example: dossier rules publish rules/2026.2 --reason "Reg. (EU) 2026/1"
    """
    from api.command_line.rule_files import faults_of, notes_of
    from projections.figures.past import rules_of
    from projections.rulesets import rulebook
    from projections.rulesets.publishing import publish
    from projections.rulesets.rulecheck import merged, read_folder

    if told := faults_of(folder):
        for fault in told:
            print(fault)
        refuse("nothing is published: mend the lines above")
    name, reason = folder.resolve().name if folder.is_dir() else folder.stem, why(reason)
    with opened(data) as log:
        with log.journal.reading() as connection:
            base = based_on or rules_of(connection, None).id
            known = base in {entry.id for entry in rulebook.entries(connection)}
            notes = notes_of(folder, rulebook.lookup(connection, base)) if known else []
        content = merged(read_folder(folder))[0]
        entry, new = publish(log.database.app, name, base, content, by=OPERATOR, reason=reason)
    for note in notes:
        sys.stderr.write(f"{note}\n")
    print(f"{entry.id}  {entry.status}  {entry.digest}" + ("" if new else "  (was published before)"))
    if new:
        tell_unsaid(reason)


@rules.command("diff")
def diff_rules(
    first: Annotated[str, typer.Argument(metavar="R1")],
    second: Annotated[str, typer.Argument(metavar="R2")],
    data: Data = None,
) -> None:
    """Show which rules two rulesets say differently, value by value, and which tables they reach.

    Example: dossier rules diff 2026.1 2026.2
    """
    from projections.rulesets import rulebook
    from projections.rulesets.reach import reached_tables
    from projections.rulesets.ruleset import changed

    with opened(data) as log, log.journal.reading() as connection:
        before, after = (rulebook.lookup(connection, name) for name in (first, second))
    names = changed(before, after)
    if not names:
        print("no difference")
    for name in names:
        print(name)
        for sign, side in (("-", before), ("+", after)):
            other = after if side is before else before
            theirs = other.rules.get(name, {}).get("values", [])
            for dated in side.rules.get(name, {}).get("values", []):
                if dated not in theirs:
                    print(f"  {sign} {dated['from']}  {orjson.dumps(dated['value']).decode()}  ({dated['source']})")
    if names:
        print(f"reaches: {', '.join(reached_tables(names)) or 'no table'}")


@rules.command("retire")
def retire_rules(
    ruleset: Annotated[str, typer.Argument(help="`dossier rules list` names them.")],
    reason: Reason = None,
    data: Data = None,
) -> None:
    """Record that a ruleset is not to be used any more.

    Example: dossier rules retire 2026.2 --reason "Withdrawn before it came into force"
    """
    from projections.rulesets.publishing import retire

    reason = why(reason)
    with opened(data) as log:
        stands, new = retire(log.database.app, ruleset, by=OPERATOR, reason=reason)
    if new:
        print(f"{ruleset} is retired")
        tell_unsaid(reason)
        return
    said = f": {stands.reason}" if stands.reason else ""
    print(f"{ruleset} was retired before, at {stands.at} by {stands.by}{said}: nothing more is recorded")
