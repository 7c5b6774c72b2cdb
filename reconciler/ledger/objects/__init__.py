"""The ledger in an object store: S3, Google Cloud Storage, Azure, or memory in tests.

`ledger` is the port's implementation, over `log` (a snapshot and the steps since) and `lease` (one
object). `folder` holds texts that are only ever added, `layout` defines the keys and contents of
objects, `store` reads objects and writes them conditionally.

Only `store` knows the library, and nothing here knows what an entry means.
"""
