"""The emergency stop.

`emergency` writes the tombstone and stops all targets in parallel. `target` stops one target's
campaigns until `readings` shows that all have stopped. `campaign` holds what is known of one
campaign, `in_flight` tells whether an earlier request may still take effect, `report` has the
results.

Needs the project file and nothing else: no manifest, no lease, no reachable ledger.
"""
