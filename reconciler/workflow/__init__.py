"""What a command does with a plan.

`session` is a command's surroundings, `targets` its providers, `reading` and `listings` what they
show. `planning` makes a plan; `applying`, `drifting` and `importing` use one. `resolving`,
`history`, `locks` and `stops` work on the ledger, `scaffold`, `validating` and `vendors` without
any account. `conversation` is how a run talks to its operator, `receipts` what it leaves in the
history.

Connects the packages below and knows no option and no output. Run state by hand is above, in
`run_state`.
"""
