"""The ledger in an object store: S3, Google Cloud Storage, Azure, or memory in tests.

`ledger` is the port's implementation, over `log` (a snapshot and the steps since) and `lease` (one
object). `folder` holds what is only ever added, `layout` says where objects are and what is in
them, `store` reads and writes objects on a condition.

Only `store` knows the library, and nothing here knows what an entry means.
"""
