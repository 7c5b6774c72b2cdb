"""The emergency stop.

`emergency` stops all targets in parallel (`halts`), while `hold` writes the stop to the ledger.
`chosen` finds the campaigns that a person means. `target` stops one target's campaigns until
`readings` shows that all have stopped. `campaign` holds what is known of one campaign, `in_flight`
tells whether an earlier request may still take effect, `report` has the results.

Needs the project file and nothing else: no manifest, no lease, no reachable ledger.
"""
