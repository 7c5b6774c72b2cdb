"""The ledger in an object store: S3, Google Cloud Storage, Azure, or memory in tests.

`ledger` is the port's implementation. `fenced_log` writes `log` (a snapshot and the steps since)
under `lease`; `lease`, `stops` and `marks` are objects that are swapped. `folder` holds texts that
are only ever added, `layout` defines the keys and contents of objects, `store` reads objects and
writes them conditionally.

Only `store` knows the library, and nothing here knows what an entry means.

How writes are fenced: entries (intents, settlements, records) are steps of the log. Each step is
put if-absent right after the last step that its writer knows, and a client that takes a lease that
was not released first puts a fence there. So a late holder's next write finds a step of another run
and raises LeaseLost, whatever the lease object or any clock shows, and an intent is durable only if
its writer knew every intent before it. The lease only prevents runs from overlapping at all.
Used plans are put if-absent under their id, with the lease read just before, so a late holder could
at most use up a plan. Tombstones, receipts and the read cache need no lease.

Sent marks stand above environments: one object per name, swapped before the intent is written, so
of two runs in different environments one learns that it came late.

A create costs two writes where one follows another: its mark, and the step that settles the one
before and has its intent. A create by itself costs three. Compaction, when the lease is released,
costs one snapshot per run.
"""
