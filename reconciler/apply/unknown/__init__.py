"""Settles creates whose outcome is unknown.

`open_intents` settles those of earlier runs from a listing; `search` finds the one campaign that
can only be ours. `operator_claims` checks an operator's answer against a listing.
`sent_id` says whether the id in an answer is the new campaign's.
`unrecorded_id` keeps the id of a created campaign that could not be recorded in the ledger.

Sends no create: what cannot be settled stays open and blocks its own address.
"""
