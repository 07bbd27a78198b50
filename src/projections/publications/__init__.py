"""What the public is shown of the indicators: made behind the answers, kept, compared, audited.

In the order of work: `newsstand` (what is asked for), `press_room` (the process that makes it), `press` (one
publication, waited for in the `waiting_room`), `published` (an answer out of publications). `pilot` shows one figure
of its own; `publication_audit` makes all of them again.
"""
