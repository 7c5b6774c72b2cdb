"""The ledger in one SQLite file.

`ledger` is the port's implementation, over `entries` (sealed texts by key), `lease` (one row) and
`receipts`. `transactions` reads and writes the file. `file` creates it, and opens an existing file
only if it is a ledger of ours.

Nothing here knows what an entry means.
"""
