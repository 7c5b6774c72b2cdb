"""The work of each command, from a session to a result.

`session` holds the project and environment, `targets` builds providers, `reading` and
`proving_absence` read them, `elsewhere` what other environments manage. `planning` makes a plan;
`applying`, `drifting` and `importing` use one. `resolving`, `history`, `locks` and `stops` work on
the ledger; `scaffold`, `validating` and `vendors` need no account. `conversation` has the callbacks
to the operator, `receipts` writes the history.

Connects the packages below. Must not know options or output. The commands about run state are
above, in `run_state`.
"""
