"""Turns a plan into outcomes, with at most one create per campaign.

`executor` runs the plan, one thread per target. `changes` handles each kind of change and `unknown`
the creates whose outcome is not known. `step` is the state of a change so far, `target_run` the
shared state of one target. `permit` decides whether another write may be sent, `answer_verdicts`
what an answer proves, `read_back` whether a write is visible, `awaited` what proves it, and
`read_verdicts` what follows. `receipt` is the record of the run.

Uses only the ports in `providers.base` and `ledger.base`: it knows no vendor, no store, no
manifest and no terminal.
"""
