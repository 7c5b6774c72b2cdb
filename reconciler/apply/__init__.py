"""A plan into outcomes: at most one create per campaign.

`executor` runs the plan, one thread per target, with `changes` for each kind of change and
`unknown` for creates whose outcome nobody knows. `step` says what a change has come to so far,
`target_run` holds what all of them share about one target, `permit` decides whether another write
may be sent, `answer_verdicts` what an answer proves, `read_back` whether a write is visible.
`receipt` is what remains of the run.

Works through the ports in `providers.base` and `ledger.base` only: it knows no vendor, no store,
no manifest and no terminal.
"""
