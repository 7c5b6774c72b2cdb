"""The ledger in one SQLite file.

`ledger` is the port's implementation, over `entries` (sealed texts by key) and `lease` (one row).
`file` makes the file and opens it only if it is ours.

Nothing here knows what an entry means.
"""
