"""Rulesets: released sets of dated, sourced rules; checked, published, retired; and how far each rule reaches.

Read `ruleset` (what a rule says on a day), then `shapes` (what one may say, with `nace`), `rulecheck` (an author's
faults), `publishing`, `rulebook` (what the log says of them) and `reach` (what reads which).
"""
