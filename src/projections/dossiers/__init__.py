"""Reading: one dossier as it is, was or was known, beside others, and lists over many.

Read `dossiers` first: most that is asked of one dossier comes through it, and `on_day`, `aid_room`, `person` and
`links` add to its state what rows do not hold. `replay`, `comparison`, `changes` and `known_by` set states beside
each other, by `state_difference`. `relation` says who may see the person. `worklist`, `programmes` and `peers` are
over many dossiers, `undertakings` over those that touch an enterprise.
"""
