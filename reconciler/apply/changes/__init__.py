"""One planned change into its outcome.

`create` sends the one request that must never be sent twice, `follow_up` the requests that a
create leaves open, `update` everything that changes a campaign that exists. `repeatable` sends
writes that may be sent again.

Knows no other target, and does not decide what to change: the plan did.
"""
