"""The emergency stop.

`emergency` writes the tombstone and runs every target side by side; `target` stops one target's
campaigns until all are quiet, from `readings`. `campaign` is what is known about one of them,
`in_flight` whether an earlier request may still arrive. `report` is what it came to.

Needs the project file and nothing else: no manifest, no lease, no reachable ledger.
"""
